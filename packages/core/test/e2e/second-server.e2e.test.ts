import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import { password } from '../../src/grants/password.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import { type OAuth2ServerInstance, startOAuth2Server } from '../servers/oauth2-server.ts';

let server: OAuth2ServerInstance;
beforeAll(async () => {
  server = await startOAuth2Server();
});
afterAll(() => server.close());

function authFor(options: Partial<ClientOptions>) {
  const { clientId } = server.clients.service;
  const billing: ClientOptions = {
    tokenEndpoint: server.tokenEndpoint,
    revocationEndpoint: server.revocationEndpoint,
    clientId,
    scope: 'read',
    attachTo: [server.api],
    ...options,
  };
  return createOutboundAuth({ clients: { billing } });
}

const ways = {
  clientSecretBasic: () => clientSecretBasic(server.clients.service.clientSecret),
  'clientSecretBasic, raw': () => clientSecretBasic(server.clients.service.clientSecret, { encoding: 'raw' }),
  clientSecretPost: () => clientSecretPost(server.clients.service.clientSecret),
};

describe.each(Object.entries(ways))('@node-oauth/oauth2-server, by %s', (_name, way) => {
  it('gives a token by client credentials', async () => {
    const response = await authFor({ clientAuthentication: way() }).fetch(server.api);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ client: server.clients.service.clientId });
  });

  it('gives one by password, and the next by refresh token after it was revoked', async () => {
    const auth = authFor({ clientAuthentication: way(), grant: password(server.users.ada), scope: 'read write' });
    const from = server.tokenRequests.length;
    const first = await auth.client('billing').getAccessToken();
    const headers = { authorization: first.authorization };
    expect(await (await fetch(server.api, { headers })).json()).toMatchObject({ scope: ['read', 'write'] });
    const { clientId, clientSecret } = server.clients.service;
    const body = new URLSearchParams({ token: first.value, client_id: clientId, client_secret: clientSecret });
    expect((await fetch(server.revocationEndpoint, { method: 'POST', body })).status).toBe(200);
    expect((await auth.fetch(server.api)).status).toBe(200);
    expect(server.tokenRequests.slice(from).map(({ grantType }) => grantType)).toEqual(['password', 'refresh_token']);
  });
});

describe('@node-oauth/oauth2-server', () => {
  it('refuses a wrong secret, and the user reads why', async () => {
    const auth = authFor({ clientAuthentication: clientSecretPost('not-the-secret') });
    await expect(auth.fetch(server.api)).rejects.toMatchObject({
      code: 'token_request_refused',
      server: { status: 400, error: 'invalid_client' },
      message: expect.stringContaining('Check clientId, clientSecret and how the client authenticates') as string,
    });
  });

  it('refuses a scope that the client may not have', async () => {
    const { clientId, clientSecret } = server.clients.reader;
    const auth = authFor({ clientId, clientSecret, scope: 'write' });
    await expect(auth.fetch(server.api)).rejects.toMatchObject({ server: { error: 'invalid_scope' } });
  });

  it('ends a session by revocation, and the password begins another', async () => {
    const auth = authFor({
      clientAuthentication: ways.clientSecretPost(),
      grant: password(server.users.grace),
    });
    const from = server.tokenRequests.length;
    await auth.client('billing').getAccessToken();
    await auth.client('billing').revoke();
    expect((await auth.fetch(server.api)).status).toBe(200);
    expect(server.tokenRequests.slice(from).map(({ grantType }) => grantType)).toEqual(['password', 'password']);
  });
});

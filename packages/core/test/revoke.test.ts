import { exposedSecrets, manualClock, type RecordedRequest, startAuthorizationServer } from '@outbound-auth/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOutboundAuth } from '../src/create-outbound-auth.ts';
import { password } from '../src/grants/password.ts';
import type { ClientOptions } from '../src/options/options.ts';
import { failureOf } from './token-endpoint/asking.ts';

/** A client that may revoke, its server, and the revocations that arrived there. */
async function startClient(options: Partial<ClientOptions> = {}) {
  const server = await startAuthorizationServer();
  let count = 0;
  const revoked = (request: RecordedRequest) => request.path.endsWith('?revoke');
  server.respondWith((request) => {
    if (revoked(request)) return { status: 200 };
    count += 1;
    const refreshed =
      request.parameters.get('grant_type') === 'client_credentials' ? {} : { refresh_token: `refresh-token-${count}` };
    return { status: 200, body: { access_token: `access-token-${count}`, expires_in: 3_600, ...refreshed } };
  });
  const { tokenEndpoint } = server;
  const billing = {
    tokenEndpoint,
    revocationEndpoint: `${tokenEndpoint}?revoke`,
    clientId: 'orders',
    clientSecret: 'the-secret',
    attachTo: ['https://api.example'],
    ...options,
  };
  const auth = createOutboundAuth({ clients: { billing }, clock: manualClock() });
  onTestFinished(async () => {
    await auth.close();
    await server.close();
  });
  return {
    server,
    client: auth.client('billing'),
    revocations: () => server.requests.filter(revoked).map(({ parameters }) => Object.fromEntries(parameters)),
  };
}

const grant = password({ username: 'ann', password: 'her-password' });
const accessToken = (token: string) => ({ token, token_type_hint: 'access_token' });
const refreshToken = (token: string) => ({ token, token_type_hint: 'refresh_token' });

describe('revoke()', () => {
  it('revokes the access token, which is not used any more', async () => {
    const { client, revocations } = await startClient();
    await client.getAccessToken();
    await client.revoke();
    expect(revocations()).toEqual([accessToken('access-token-1')]);
    expect(client.peekAccessToken()).toBeUndefined();
    expect((await client.getAccessToken()).value).toBe('access-token-2');
  });

  it('E13 revokes a token that is just under way', async () => {
    const { server, client, revocations } = await startClient();
    const gate = server.hold(1);
    const token = client.getAccessToken();
    await server.waitForRequests(1);
    const revoking = client.revoke();
    gate.release();
    expect((await token).value).toBe('access-token-1');
    await revoking;
    expect(revocations()).toEqual([accessToken('access-token-1')]);
    expect(client.peekAccessToken()).toBeUndefined();
  });

  it('revokes the refresh token first, and neither is used any more', async () => {
    const { server, client, revocations } = await startClient({ grant });
    await client.getAccessToken();
    await client.revoke();
    expect(revocations()).toEqual([refreshToken('refresh-token-1'), accessToken('access-token-1')]);
    expect((await client.getAccessToken()).value).toBe('access-token-2');
    expect(server.requests.at(-1)?.parameters.get('grant_type')).toBe('password');
  });

  it('is about the token of these parameters alone', async () => {
    const { client, revocations } = await startClient();
    const [read] = [await client.getAccessToken({ scope: 'read' }), await client.getAccessToken({ scope: 'write' })];
    await client.revoke({ scope: 'write' });
    expect(revocations()).toEqual([accessToken('access-token-2')]);
    expect((await client.getAccessToken({ scope: 'read' })).value).toBe(read.value);
  });

  it('does nothing where nothing is, and where all is revoked already', async () => {
    const { server, client, revocations } = await startClient();
    await client.revoke();
    expect(server.requests).toHaveLength(0);
    await client.getAccessToken();
    await client.revoke();
    await client.revoke();
    expect(revocations()).toHaveLength(1);
  });

  it('finds its endpoint in the issuer’s metadata', async () => {
    const { server, client, revocations } = await startClient({ revocationEndpoint: undefined });
    await client.getAccessToken();
    // No issuer, no metadata.
    expect((await failureOf(client.revoke())).code).toBe('revocation_failed');
    const { issuer, tokenEndpoint } = server;
    const discovering = await startClient({ issuer, tokenEndpoint: undefined, revocationEndpoint: undefined });
    server.discovery.respondWith(() => ({
      status: 200,
      body: { issuer, token_endpoint: tokenEndpoint, revocation_endpoint: `${tokenEndpoint}?revoke` },
    }));
    await discovering.client.getAccessToken();
    await discovering.client.revoke();
    expect(revocations()).toEqual([accessToken('access-token-2')]);
  });

  it('revokes the access token also where the refresh token’s revocation fails', async () => {
    const { server, client, revocations } = await startClient({ grant });
    await client.getAccessToken();
    server.respondOnce({ status: 503 });
    expect((await failureOf(client.revoke())).message).toContain('the revocation of its refresh token');
    expect(revocations()).toEqual([refreshToken('refresh-token-1'), accessToken('access-token-1')]);
  });

  it.each([
    ['refused', { status: 400, body: { error: 'unsupported_token_type' } }],
    ['failing', { status: 503 }],
    ['cut off', { fault: 'reset' as const }],
  ])('that is %s leaves the tokens unused all the same, and shows none', async (_title, answer) => {
    const { server, client } = await startClient({ grant });
    await client.getAccessToken();
    const tokens = ['access-token-1', 'refresh-token-1', 'the-secret'];
    server.respondOnce(answer);
    const error = await failureOf(client.revoke());
    expect(error.code).toBe('revocation_failed');
    expect(exposedSecrets(error, tokens)).toEqual([]);
    expect(client.peekAccessToken()).toBeUndefined();
    expect((await client.getAccessToken()).value).toBe('access-token-2');
    expect(server.requests.at(-1)?.parameters.get('grant_type')).toBe('password');
  });
});

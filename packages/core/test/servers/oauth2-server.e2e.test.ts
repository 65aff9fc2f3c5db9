import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { askForToken, type TokenAnswer } from './ask-for-token.ts';
import { startOAuth2Server, type OAuth2ServerInstance } from './oauth2-server.ts';

let server: OAuth2ServerInstance;
beforeAll(async () => {
  server = await startOAuth2Server();
});
afterAll(() => server.close());

const refused = (error: string, status = 400) => ({ status, body: { error } });

/** As `service`; the library doesn't decode Basic, so there is nothing to encode in its secrets. */
function ask(grantType: string, params: Record<string, string> = {}, at = server): Promise<TokenAnswer> {
  const { clientId, clientSecret } = at.clients.service;
  return askForToken({ ...at, clientId, auth: oauth.ClientSecretPost(clientSecret), grantType, params });
}

function refresh({ body }: TokenAnswer, more: Record<string, string> = {}, at = server): Promise<TokenAnswer> {
  return ask('refresh_token', { refresh_token: String(body['refresh_token']), ...more }, at);
}

function call({ body }: TokenAnswer): Promise<Response> {
  return fetch(server.api, { headers: { authorization: `Bearer ${String(body['access_token'])}` } });
}

function revoke(client: { clientId: string; clientSecret: string }, token: unknown): Promise<Response> {
  const form = { client_id: client.clientId, client_secret: client.clientSecret, token: String(token) };
  return fetch(server.revocationEndpoint, { method: 'POST', body: new URLSearchParams(form) });
}

describe('a client', () => {
  it('gets a token by Basic, and by its secret in the body', async () => {
    const { clientId, clientSecret } = server.clients.service;
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const byBasic: oauth.ClientAuth = (_as, _client, _body, headers) => {
      headers.set('authorization', basic);
    };
    for (const auth of [byBasic, oauth.ClientSecretPost(clientSecret)]) {
      const answer = await askForToken({ ...server, clientId, auth });
      expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'read write' } });
      expect(await (await call(answer)).json()).toEqual({ client: clientId, user: clientId, scope: ['read', 'write'] });
    }
  });

  it('is refused with a wrong secret, without one, and as nobody', async () => {
    const { clientId } = server.clients.service;
    const wrong = oauth.ClientSecretPost('another');
    expect(await askForToken({ ...server, clientId, auth: wrong })).toMatchObject(refused('invalid_client'));
    expect(await askForToken({ ...server, clientId })).toMatchObject(refused('invalid_client'));
    expect(await askForToken({ ...server, clientId: 'nobody', auth: wrong })).toMatchObject(refused('invalid_client'));
    const byBasic = oauth.ClientSecretBasic('another');
    expect(await askForToken({ ...server, clientId, auth: byBasic })).toMatchObject(refused('invalid_client', 401));
  });

  it('gets no more than it may ask for', async () => {
    const { clientId, clientSecret } = server.clients.reader;
    const asked = { ...server, clientId, auth: oauth.ClientSecretPost(clientSecret) };
    expect(await askForToken({ ...asked, params: { scope: 'read' } })).toMatchObject({ body: { scope: 'read' } });
    expect(await askForToken({ ...asked, params: { scope: 'write' } })).toMatchObject(refused('invalid_scope'));
    const params = { ...server.users.ada };
    const password = await askForToken({ ...asked, grantType: 'password', params });
    expect(password).toMatchObject(refused('unauthorized_client'));
    expect(await ask('urn:example:unknown')).toMatchObject(refused('unsupported_grant_type'));
  });
});

describe('a password', () => {
  it('gives tokens of the user', async () => {
    const answer = await ask('password', { ...server.users.grace, scope: 'read' });
    expect(answer.body).toHaveProperty('refresh_token');
    expect(await (await call(answer)).json()).toMatchObject({ user: 'grace@navy.example', scope: ['read'] });
  });

  it('is refused when it is wrong', async () => {
    const { username } = server.users.ada;
    expect(await ask('password', { username, password: 'another' })).toMatchObject(refused('invalid_grant'));
  });
});

describe('a refresh token', () => {
  it('is good once, and gives the next one', async () => {
    const first = await ask('password', { ...server.users.ada });
    const second = await refresh(first);
    expect(second.status).toBe(200);
    expect(second.body['refresh_token']).not.toBe(first.body['refresh_token']);
    expect(await refresh(first)).toMatchObject(refused('invalid_grant'));
    expect(await refresh(second)).toMatchObject({ status: 200 });
  });

  it('succeeds for one of two at once', async () => {
    const first = await ask('password', { ...server.users.ada });
    const statuses = (await Promise.all([refresh(first), refresh(first)])).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 400]);
  });

  it('gives no scope that it lacks', async () => {
    const first = await ask('password', { ...server.users.ada, scope: 'read' });
    expect(await refresh(first, { scope: 'write' })).toMatchObject(refused('invalid_scope'));
  });

  it('stays good where the server keeps it', async () => {
    const own = await startOAuth2Server({ rotateRefreshToken: false });
    onTestFinished(() => own.close());
    const first = await ask('password', { ...own.users.ada }, own);
    for (let use = 0; use < 2; use += 1) {
      const answer = await refresh(first, {}, own);
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.body).not.toHaveProperty('refresh_token');
    }
  });

  it('is nothing after its revocation, which its client alone may ask for', async () => {
    const { clients } = server;
    const first = await ask('password', { ...server.users.ada });
    const second = await ask('password', { ...server.users.ada });
    expect((await revoke(clients.reader, first.body['refresh_token'])).status).toBe(200);
    expect(await refresh(first)).toMatchObject({ status: 200 });
    expect((await revoke({ ...clients.service, clientSecret: 'another' }, second.body['refresh_token'])).status).toBe(
      401,
    );
    expect((await revoke(clients.service, second.body['refresh_token'])).status).toBe(200);
    expect(await refresh(second)).toMatchObject(refused('invalid_grant'));
  });
});

describe('an access token', () => {
  it('is nothing after its revocation', async () => {
    const answer = await ask('client_credentials');
    expect((await call(answer)).status).toBe(200);
    await revoke(server.clients.service, answer.body['access_token']);
    const response = await call(answer);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="Service",error="invalid_token"');
  });

  it('lives as long as the server says', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = await ask('password', { ...server.users.ada });
    expect(answer.body).toMatchObject({ expires_in: 60 });
    vi.setSystemTime(Date.now() + 61_000);
    expect((await call(answer)).status).toBe(401);
    const renewed = await refresh(answer);
    expect(renewed.status).toBe(200);
    vi.setSystemTime(Date.now() + 3_601_000);
    expect(await refresh(renewed)).toMatchObject(refused('invalid_grant'));
  });
});

it('counts what it was asked, by client and grant', async () => {
  const own = await startOAuth2Server();
  onTestFinished(() => own.close());
  await ask('client_credentials', {}, own);
  await ask('password', {}, own);
  expect(own.countTokenRequests({ clientId: 'service' })).toBe(2);
  expect(own.countTokenRequests({ grantType: 'password', status: 400 })).toBe(1);
});

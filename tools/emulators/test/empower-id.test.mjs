import { afterEach, describe, expect, it } from 'vitest';
import { startEmpowerId } from '../index.mjs';
import { ask, basic, bearer, stillClock, tokenRequest } from './ask.mjs';

const apiKey = 'the api key';
const redirectUri = 'https://app.example/callback';
const clients = { app: { secret: 'app secret', redirectUri }, other: { secret: 'other secret' } };
const users = { 'jo@example.com': 'pass:word ü', sam: 'sam password' };
const client = { client_id: 'app', client_secret: 'app secret' };
const grant = { ...client, grant_type: 'password' };
const jo = basic('jo@example.com', 'pass:word ü');

let empowerId;
afterEach(() => empowerId.close());

const start = async (options) => {
  empowerId = await startEmpowerId({ clients, users, ...options });
};
const post = (parameters = grant, headers = jo) => ask(empowerId.tokenEndpoint, tokenRequest(parameters, headers));
const postJson = (members, headers = jo) =>
  ask(empowerId.tokenEndpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(members),
  });
const refresh = (refresh_token, parameters, headers = {}) =>
  post({ ...client, grant_type: 'refresh_token', refresh_token, ...parameters }, headers);
const call = (token, headers) => ask(`${empowerId.api}/people`, bearer(token, headers));
const refusedGrant = { status: 400, body: { error: 'invalid_grant' } };

describe('the password grant at EmpowerID', () => {
  it.each([
    ['a form', post],
    ['JSON', postJson],
  ])('as %s is answered in its own shape', async (_, send) => {
    await start({ tokenLifetime: 90 });
    const { status, body } = await send(grant);
    expect(status).toBe(200);
    expect(JSON.stringify(body).replaceAll(/[\w+/]{40,}=*/g, '…')).toBe(
      '{"access_token":"…","token_type":"Bearer","expires_in":90,"refresh_token":"…","id_token":"null","error":"","error_description":"null"}',
    );
    expect(await call(body.access_token)).toMatchObject({ status: 200, body: { subject: 'jo@example.com' } });
    expect(empowerId.tokenEndpoint).toMatch(/\/oauth\/v2\/token$/);
    const log = JSON.stringify([empowerId.tokenRequests.list, empowerId.apiCalls.list]);
    const secrets = ['app secret', 'pass:word', body.access_token, body.refresh_token, jo.authorization.slice(6)];
    for (const secret of secrets) expect(log).not.toContain(secret);
  });

  const asClient = basic('app', 'app secret');
  const person = { username: 'jo@example.com', password: 'pass:word ü' };
  const refused = [
    ['with a wrong password', grant, basic('sam', 'wrong'), 400, 'invalid_grant'],
    ["with another's password", grant, basic('sam', 'pass:word ü'), 400, 'invalid_grant'],
    ['without a person', grant, {}, 400, 'invalid_grant'],
    ['with the person in the body', { ...grant, ...person }, {}, 400, 'invalid_grant'],
    ['with the person form-encoded', grant, basic('jo%40example.com', 'pass%3Aword+%C3%BC'), 400, 'invalid_grant'],
    ['with the client in Basic', { grant_type: 'password', ...person }, asClient, 401, 'invalid_client'],
    ['with the client in both', grant, asClient, 400, 'invalid_grant'],
    ['without the client', { grant_type: 'password' }, jo, 401, 'invalid_client'],
    ['with the wrong secret', { ...grant, client_secret: 'wrong' }, jo, 401, 'invalid_client'],
    ['by nobody', { ...grant, client_id: 'isPrototypeOf' }, jo, 401, 'invalid_client'],
    ['with another redirect_uri', { ...grant, redirect_uri: `${redirectUri}/` }, jo, 400, 'invalid_request'],
    ['without a grant', client, jo, 400, 'invalid_request'],
    ['for another grant', { ...client, grant_type: 'client_credentials' }, jo, 400, 'unsupported_grant_type'],
  ];
  it.each(refused)('%s is refused, as a form and as JSON', async (_, parameters, headers, status, error) => {
    await start();
    for (const send of [post, postJson]) {
      const answer = await send(parameters, headers);
      expect(answer).toMatchObject({ status, body: { error } });
    }
    expect(empowerId.tokenRequests.countOf(error)).toBe(2);
  });

  it('in another content type is refused', async () => {
    await start();
    for (const type of ['text/plain', 'constructor', 'application/json-seq', 'multipart/form-data; boundary=a', '']) {
      expect(await post(grant, { ...jo, 'content-type': type })).toMatchObject({ status: 415 });
    }
  });

  it('needs the redirect_uri where the tenant asks for it', async () => {
    await start({ requireRedirectUri: true });
    expect(await post()).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await post({ ...grant, redirect_uri: redirectUri })).toMatchObject({ status: 200 });
  });

  it('needs the API key where the tenant asks for it, on API calls too', async () => {
    await start({ requireApiKey: true, apiKey });
    const key = { 'X-EmpowerID-API-Key': apiKey };
    expect(await post()).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    expect(await post(grant, { ...jo, 'X-EmpowerID-API-Key': 'wrong' })).toMatchObject({ status: 403 });
    const { status, body } = await post(grant, { ...jo, ...key });
    expect(status).toBe(200);
    expect(await call(body.access_token)).toMatchObject({ status: 403 });
    expect(await call(body.access_token, key)).toMatchObject({ status: 200 });
    expect(await refresh(body.refresh_token)).toMatchObject({ status: 403 });
    expect(await refresh(body.refresh_token, {}, key)).toMatchObject({ status: 200 });
  });

  it('compares an API key that is given where none is needed', async () => {
    await start({ apiKey });
    expect(await post()).toMatchObject({ status: 200 });
    expect(await post(grant, { ...jo, 'X-EmpowerID-API-Key': 'wrong' })).toMatchObject({ status: 403 });
    await expect(startEmpowerId({ clients, users, requireApiKey: true })).rejects.toThrow('apiKey');
  });

  it('can give JWTs', async () => {
    await start({ tokens: 'jwt' });
    const { access_token } = (await post()).body;
    expect(access_token.split('.')).toHaveLength(3);
    expect(await call(access_token)).toMatchObject({ status: 200 });
    await empowerId.rotateKeys({ drop: true });
    expect(await call(access_token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });
});

describe('a token of EmpowerID', () => {
  it('ends when its application says so, from seconds to days', async () => {
    for (const tokenLifetime of [2, 5_184_000]) {
      const clock = stillClock();
      await start({ tokenLifetime, clock });
      const { access_token, expires_in } = (await post()).body;
      expect(expires_in).toBe(tokenLifetime);
      clock.advance(tokenLifetime - 1);
      expect(await call(access_token)).toMatchObject({ status: 200 });
      clock.advance(1);
      expect(await call(access_token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
      await empowerId.close();
    }
  });

  it('can be revoked', async () => {
    await start();
    const { access_token } = (await post()).body;
    empowerId.revoke(access_token);
    expect(await call(access_token)).toMatchObject({ status: 401 });
  });
});

describe('the refresh grant at EmpowerID', () => {
  it('is answered in the shape of that grant, and the new tokens work', async () => {
    await start();
    const first = (await post()).body;
    const { status, body } = await refresh(first.refresh_token);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: expect.any(String),
        id_token: null,
        id: '00000000-0000-0000-0000-000000000000',
      },
    });
    expect(body.refresh_token).not.toBe(first.refresh_token);
    expect(await call(body.access_token)).toMatchObject({ status: 200, body: { subject: 'jo@example.com' } });
    expect(await call(first.access_token), 'the one before').toMatchObject({ status: 200 });
    expect(await refresh(body.refresh_token)).toMatchObject({ status: 200 });
  });

  it('may bring the person that it is for, as JSON too, and no other', async () => {
    await start();
    const { refresh_token } = (await post()).body;
    expect(await refresh(refresh_token, {}, basic('sam', 'sam password'))).toMatchObject(refusedGrant);
    expect(await refresh(refresh_token, {}, basic('app', 'app secret'))).toMatchObject(refusedGrant);
    const answer = await postJson({ ...client, grant_type: 'refresh_token', refresh_token });
    expect(answer).toMatchObject({ status: 200 });
  });

  it('takes a refresh token once, and then ends all that came of its sign-in', async () => {
    await start();
    const first = (await post()).body;
    const second = (await refresh(first.refresh_token)).body;
    const apart = (await post()).body;
    expect(await refresh(first.refresh_token)).toMatchObject(refusedGrant);
    expect(await refresh(second.refresh_token)).toMatchObject(refusedGrant);
    for (const { access_token } of [first, second]) expect(await call(access_token)).toMatchObject({ status: 401 });
    expect(await call(apart.access_token)).toMatchObject({ status: 200 });
    expect(await refresh(apart.refresh_token)).toMatchObject({ status: 200 });
    expect(empowerId.tokenRequests.list.map(({ reason }) => reason).filter(Boolean)).toEqual(['used', 'revoked']);
  });

  it('without detection of reuse refuses the used one alone', async () => {
    await start({ detectReuse: false });
    const first = (await post()).body;
    const second = (await refresh(first.refresh_token)).body;
    expect(await refresh(first.refresh_token)).toMatchObject(refusedGrant);
    expect(await call(second.access_token)).toMatchObject({ status: 200 });
    expect(await refresh(second.refresh_token)).toMatchObject({ status: 200 });
  });

  it('without rotation gives the same one again', async () => {
    await start({ rotateRefreshTokens: false });
    const { refresh_token } = (await post()).body;
    for (let time = 0; time < 2; time++) {
      expect(await refresh(refresh_token)).toMatchObject({ status: 200, body: { refresh_token } });
    }
  });

  it("refuses one that ended, was revoked, is unknown, missing, or another client's", async () => {
    const clock = stillClock();
    await start({ refreshTokenLifetime: 10, clock });
    const [ended, kept] = [(await post()).body.refresh_token, (await post()).body.refresh_token];
    const other = { client_id: 'other', client_secret: 'other secret' };
    expect(await refresh(kept, other)).toMatchObject(refusedGrant);
    expect(await refresh(kept), 'not used up by another client').toMatchObject({ status: 200 });
    clock.advance(10);
    expect(await refresh(ended)).toMatchObject(refusedGrant);
    const revoked = (await post()).body.refresh_token;
    empowerId.revokeRefreshTokens();
    expect(await refresh(revoked)).toMatchObject(refusedGrant);
    expect(await refresh('unknown')).toMatchObject(refusedGrant);
    expect(await refresh('')).toMatchObject(refusedGrant);
    const wrongClient = await refresh(kept, { client_secret: 'wrong' });
    expect(wrongClient).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });
});

import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmpower } from '../index.mjs';
import { ask, basic, bearer, stillClock, tokenRequest } from './ask.mjs';

const apiKey = 'the api key';
const clients = {
  plans: { secret: 'plans secret', scopes: ['plans:read', 'plans:write'] },
  'odd:id %+': { secret: 'a:b c%+ü' },
};
const grant = { grant_type: 'client_credentials' };
const plans = basic('plans', 'plans secret');

let empower;

const start = async (options) => {
  empower = await startEmpower({ clients, apiKey, ...options });
};
const getToken = async (parameters = grant, headers = plans) => {
  const { body } = await ask(empower.tokenEndpoint, tokenRequest(parameters, headers));
  return body.access_token;
};
const call = (token, key = apiKey, path = '/plans') =>
  ask(`${empower.api}${path}`, bearer(token, { 'x-api-key': key }));

describe('a token request at Empower', () => {
  beforeAll(() => start({ tokenLifetime: 60 }));
  afterAll(() => empower.close());

  it('with HTTP Basic is given a JWT that the published keys verify', async () => {
    const { status, headers, body } = await ask(empower.tokenEndpoint, tokenRequest(grant, plans));
    const access_token = expect.any(String);
    expect(body).toEqual({ access_token, token_type: 'Bearer', expires_in: 60, scope: 'plans:read plans:write' });
    expect({ status, cache: headers['cache-control'] }).toEqual({ status: 200, cache: 'no-store' });
    const { body: jwks } = await ask(empower.jwksUri);
    const expected = { issuer: empower.issuer, audience: empower.api, algorithms: ['RS256'] };
    const { payload } = await jwtVerify(body.access_token, createLocalJWKSet(jwks), expected);
    expect(payload.sub).toBe('plans');
    expect(payload.exp - payload.iat).toBe(60);
  });

  it('for some of its scopes is given those', async () => {
    const { body } = await ask(empower.tokenEndpoint, tokenRequest({ ...grant, scope: 'plans:read' }, plans));
    expect(body.scope).toBe('plans:read');
  });

  it('by a client whose id and secret hold anything is form-decoded', async () => {
    const encoded = ['odd:id %+', 'a:b c%+ü'].map((text) => String(new URLSearchParams({ '': text })).slice(1));
    const { status } = await ask(empower.tokenEndpoint, tokenRequest(grant, basic(...encoded)));
    expect(status).toBe(200);
  });

  it('as JSON, or with parameters in the address, is refused', async () => {
    const json = { method: 'POST', headers: { ...plans, 'content-type': 'application/json' }, body: '{}' };
    const answer = await ask(empower.tokenEndpoint, json);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const inAddress = await ask(`${empower.tokenEndpoint}?scope=a`, tokenRequest(grant, plans));
    expect(inAddress).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('needs the API key where that is asked for, and may bring a right one elsewhere', async () => {
    const strict = await startEmpower({ clients, apiKey, apiKeyOnTokenRequest: true, tokens: 'opaque' });
    const send = (to, headers) => ask(to.tokenEndpoint, tokenRequest(grant, { ...plans, ...headers }));
    expect(await send(strict, {})).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    expect(await send(strict, { 'x-api-key': 'wrong' })).toMatchObject({ status: 403 });
    expect(await send(strict, { 'x-api-key': apiKey })).toMatchObject({ status: 200 });
    await strict.close();
    expect(await send(empower, { 'x-api-key': 'wrong' })).toMatchObject({ status: 403 });
    expect(await send(empower, { 'x-api-key': apiKey })).toMatchObject({ status: 200 });
  });

  it('is logged without secrets and tokens', async () => {
    const [before, issued] = [empower.tokenRequests.count, empower.tokenRequests.countOf('issued')];
    const token = await getToken({ ...grant, scope: 'plans:read' }, { ...plans, 'x-api-key': apiKey });
    await call(token);
    const entry = empower.tokenRequests.list.at(-1);
    expect([empower.tokenRequests.count, empower.tokenRequests.countOf('issued')]).toEqual([before + 1, issued + 1]);
    expect(entry).toMatchObject({
      method: 'POST',
      path: '/oauth2/token',
      grant: 'client_credentials',
      scope: 'plans:read',
      clientId: 'plans',
      contentType: 'application/x-www-form-urlencoded',
      parameters: ['grant_type', 'scope'],
      status: 200,
      verdict: 'issued',
    });
    expect(entry.headers).toEqual(expect.arrayContaining(['authorization', 'x-api-key']));
    const log = JSON.stringify([empower.tokenRequests.list, empower.apiCalls.list]);
    for (const secret of [apiKey, 'plans secret', plans.authorization.slice(6), token]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('Empower refuses a token request', () => {
  beforeAll(() => start());
  afterAll(() => empower.close());

  const refused = [
    ['for a scope that is not configured', { ...grant, scope: 'plans:read other' }, plans, 400, 'invalid_grant'],
    ['with the wrong secret', grant, basic('plans', 'wrong'), 401, 'invalid_client'],
    ['by an unknown client', grant, basic('other', 'plans secret'), 401, 'invalid_client'],
    ['by a name that every object has', grant, basic('toString', 'x'), 401, 'invalid_client'],
    ['without client authentication', grant, {}, 401, 'invalid_client'],
    ['with another scheme', grant, { authorization: 'Bearer abc' }, 401, 'invalid_client'],
    ['with Basic of odd Base64', grant, { authorization: `${plans.authorization}A` }, 401, 'invalid_client'],
    [
      'with the client in the body',
      { ...grant, client_id: 'plans', client_secret: 'plans secret' },
      {},
      401,
      'invalid_client',
    ],
    ['with its id alone', { ...grant, client_id: 'plans' }, {}, 401, 'invalid_client'],
    ['with the client in both', { ...grant, client_secret: 'plans secret' }, plans, 400, 'invalid_request'],
    ['with another id in the body', { ...grant, client_id: 'other' }, plans, 401, 'invalid_client'],
    ['without a grant', { scope: 'plans:read' }, plans, 400, 'invalid_request'],
    ['with an empty grant', { grant_type: '' }, plans, 400, 'invalid_request'],
    ['for another grant', { grant_type: 'password' }, plans, 400, 'unsupported_grant_type'],
  ];
  it.each(refused)('%s', async (_, parameters, headers, status, error) => {
    const answer = await ask(empower.tokenEndpoint, tokenRequest(parameters, headers));
    expect(answer).toMatchObject({ status, body: { error } });
    const hasChallenge = 'www-authenticate' in answer.headers;
    expect(hasChallenge, 'challenge').toBe(status === 401 && 'authorization' in headers);
    expect(empower.tokenRequests.list.at(-1)).toMatchObject({ verdict: error, status });
  });
});

describe.each(['jwt', 'opaque'])('a call to the API with a token that is %s', (tokens) => {
  const clock = stillClock();
  beforeAll(() => start({ tokens, tokenLifetime: 10, clock, permissions: { '/plans': 'plans:write' } }));
  afterAll(() => empower.close());

  it('and with the API key is let in', async () => {
    const { status, body } = await call(await getToken());
    expect(status).toBe(200);
    expect(body).toMatchObject({ method: 'GET', path: '/plans', subject: 'plans', scope: 'plans:read plans:write' });
    expect(empower.apiCalls.list.at(-1)).toMatchObject({ verdict: 'ok', subject: 'plans' });
  });

  it('but without the API key, or with a wrong one, is refused with no word about the token', async () => {
    const token = await getToken();
    for (const answer of [await ask(empower.api, bearer(token)), await call(token, 'wrong')]) {
      expect(answer).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    }
  });

  it('is refused once the token has ended, not a moment before', async () => {
    const token = await getToken();
    clock.advance(9);
    expect(await call(token)).toMatchObject({ status: 200 });
    clock.advance(1);
    const answer = await call(token);
    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') },
    });
  });

  it('is refused once the token was revoked', async () => {
    const [first, second] = [await getToken(), await getToken()];
    empower.revoke(first);
    expect(await call(first)).toMatchObject({ status: 401 });
    expect(await call(second)).toMatchObject({ status: 200 });
    empower.revokeAll();
    expect(await call(second)).toMatchObject({ status: 401 });
    expect(await call(await getToken())).toMatchObject({ status: 200 });
  });

  it('is refused where the scope does not allow it', async () => {
    const token = await getToken({ ...grant, scope: 'plans:read' });
    const answer = await call(token, apiKey, '/plans/7');
    expect(answer).toMatchObject({
      status: 403,
      headers: { 'www-authenticate': expect.stringContaining('error="insufficient_scope"') },
    });
    expect(await call(token, apiKey, '/plansx')).toMatchObject({ status: 200 });
    expect(await call(await getToken(), apiKey, '/plans/7')).toMatchObject({ status: 200 });
  });
});

describe('a call to the API of Empower', () => {
  beforeAll(() => start());
  afterAll(() => empower.close());

  it('without a token is told so', async () => {
    const answer = await ask(empower.api, { headers: { 'x-api-key': apiKey } });
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="api"' } });
  });

  it('with a token in the address, or of another server, is refused', async () => {
    const other = await startEmpower({ clients, apiKey });
    const token = await getToken();
    const inAddress = await ask(`${empower.api}/?access_token=${token}`, { headers: { 'x-api-key': apiKey } });
    expect(inAddress).toMatchObject({ status: 401 });
    const foreign = await ask(other.api, bearer(token, { 'x-api-key': apiKey }));
    await other.close();
    expect(foreign).toMatchObject({ status: 401 });
  });
});

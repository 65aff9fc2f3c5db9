import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, SignJWT, generateKeyPair, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startJwtPlatform } from '../index.mjs';
import { ask, basic, bearer, stillClock, tokenRequest } from './ask.mjs';

const clients = {
  reports: { secret: 'reports secret', permissions: ['reports:read'] },
  'me@example.com: a+b %41 ü': { secret: 's:e+c%r ß' },
  // What a careless decoder makes of any byte that is no UTF-8.
  '\uFFFD': { secret: '\uFFFD' },
};
const odd = ['me@example.com: a+b %41 ü', 's:e+c%r ß'];
const encoded = odd.map((text) => String(new URLSearchParams({ '': text })).slice(1));
const grant = { grant_type: 'client_credentials' };
const reports = basic('reports', 'reports secret');
const clock = stillClock();

let form;
let raw;
beforeAll(async () => {
  const options = { clients, clock, tokenLifetime: 60, permissions: { '/reports': 'reports:read' } };
  [form, raw] = await Promise.all(
    ['form', 'raw'].map((comparison) => startJwtPlatform({ ...options, basic: comparison })),
  );
});
afterAll(() => Promise.all([form.close(), raw.close()]));

const post = (platform, parameters, headers) => ask(platform.tokenEndpoint, tokenRequest(parameters, headers));
const getToken = async (platform = form, headers = reports) => (await post(platform, grant, headers)).body.access_token;
const call = (token, path = '/') => ask(`${form.api}${path}`, bearer(token));

describe('a token request at the JWT platform', () => {
  it('is answered with three members, the token a JWT that the published keys verify', async () => {
    const { status, body } = await post(form, grant, reports);
    expect({ status, body }).toEqual({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 60, access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) },
    });
    const keys = createLocalJWKSet((await ask(form.jwksUri)).body);
    const expected = { audience: form.api, issuer: new URL(form.jwksUri).origin, currentDate: new Date(clock.now()) };
    await expect(jwtVerify(body.access_token, keys, expected)).resolves.toMatchObject({ payload: { sub: 'reports' } });
    expect(form.tokenEndpoint).toMatch(/\/oauth\/v2\/token$/);
  });

  it('may say the charset of its form', async () => {
    const headers = { ...reports, 'content-type': 'Application/X-WWW-form-urlencoded; charset=UTF-8' };
    expect(await post(form, grant, headers)).toMatchObject({ status: 200 });
  });

  it('compares credentials as it is set up to', async () => {
    const statuses = [
      await post(form, grant, basic(...encoded)),
      await post(form, grant, basic(...odd)),
      await post(raw, grant, basic(...odd)),
      await post(raw, grant, basic(...encoded)),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 401, 200, 401]);
    expect(raw.tokenRequests.list.slice(-2).map(({ clientId }) => clientId)).toEqual([odd[0], undefined]);
  });

  it('compared raw must not be ambiguous', async () => {
    const alike = { a: { secret: 'b:c' }, 'a:b': { secret: 'c' } };
    await expect(startJwtPlatform({ clients: alike, basic: 'raw' })).rejects.toThrow(/clients: .*same credentials/);
  });

  const refused = [
    ['with the wrong secret', grant, basic('reports', 'wrong'), 401],
    ['with the secret of another', grant, basic('reports', odd[1]), 401],
    ['with half a percent code', grant, basic('reports%', 'reports secret'), 401],
    [
      'with Latin-1 for UTF-8',
      grant,
      { authorization: `Basic ${Buffer.from('ü:ß', 'latin1').toString('base64')}` },
      401,
    ],
    ['without a colon', grant, { authorization: `Basic ${Buffer.from('reports').toString('base64')}` }, 401],
    ['without padding', grant, { authorization: reports.authorization.replace(/=+$/, '') }, 401],
    ['with its client in the body', { ...grant, client_id: 'reports', client_secret: 'reports secret' }, {}, 401],
    ['with its client twice', { ...grant, client_secret: 'reports secret' }, reports, 400],
    ['with two ids', { ...grant, client_id: 'other' }, reports, 401],
    ['without a grant', {}, reports, 400],
    ['for a refresh', { grant_type: 'refresh_token', refresh_token: 'any' }, reports, 400],
    ['as JSON', grant, { ...reports, 'content-type': 'application/json' }, 415],
    ['as a form of another kind', grant, { ...reports, 'content-type': 'application/x-www-form' }, 415],
  ];
  it.each(refused)('%s is refused', async (_, parameters, headers, status) => {
    const answer = await post(form, parameters, headers);
    expect(answer).toMatchObject({ status, body: { error: expect.any(String) } });
    expect('www-authenticate' in answer.headers).toBe(status === 401 && 'authorization' in headers);
  });
});

describe('a call to the API of the JWT platform', () => {
  it('is let in with a token, and with the permission where one is needed', async () => {
    expect(await call(await getToken())).toMatchObject({ status: 200, body: { subject: 'reports' } });
    expect(await call(await getToken(), '/reports/2026?month=2')).toMatchObject({ status: 200 });
    const other = await getToken(form, basic(...encoded));
    expect(await call(other)).toMatchObject({ status: 200 });
    const forbidden = await call(other, '/reports');
    expect(forbidden).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
    expect(forbidden.headers['www-authenticate']).toContain('error="insufficient_scope"');
  });

  it('is refused when the token has ended', async () => {
    const token = await getToken();
    clock.advance(60);
    const answer = await call(token);
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(form.apiCalls.list.at(-1)).toMatchObject({ verdict: 'invalid_token', reason: 'ERR_JWT_EXPIRED' });
  });

  it('is refused with a token that was revoked', async () => {
    const token = await getToken();
    form.revoke(token);
    expect(await call(token)).toMatchObject({ status: 401 });
    expect(await call(await getToken())).toMatchObject({ status: 200 });
  });

  it('outlives a rotation of the keys, unless the old ones are dropped', async () => {
    const token = await getToken();
    await form.rotateKeys();
    const next = await getToken();
    expect(decodeProtectedHeader(next).kid).not.toBe(decodeProtectedHeader(token).kid);
    expect([(await call(token)).status, (await call(next)).status]).toEqual([200, 200]);
    await form.rotateKeys({ drop: true });
    expect([(await call(token)).status, (await call(next)).status]).toEqual([401, 401]);
    expect(await call(await getToken())).toMatchObject({ status: 200 });
  });

  const altered = (change) => async () => {
    const parts = (await getToken()).split('.');
    const payload = change(JSON.parse(Buffer.from(parts[1], 'base64url').toString()));
    return [parts[0], Buffer.from(JSON.stringify(payload)).toString('base64url'), parts[2]].join('.');
  };
  const signedBy = (privateKey, header) => async () => {
    const token = await getToken();
    const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    return new SignJWT(payload).setProtectedHeader({ ...decodeProtectedHeader(token), ...header }).sign(privateKey);
  };
  const forged = [
    ['whose claims were changed', altered((claims) => ({ ...claims, exp: claims.exp + 60 }))],
    ['that a stranger signed', async () => signedBy((await generateKeyPair('RS256')).privateKey)()],
    ['that a shared secret signed', signedBy(new Uint8Array(32), { alg: 'HS256' })],
    ['that nobody signed', () => new UnsecuredJWT({ sub: 'reports' }).setExpirationTime('1h').encode()],
    ['of another server', () => getToken(raw)],
    ['that is no JWT', () => 'abc'],
  ];
  it.each(forged)('is refused with a token %s', async (_, make) => {
    const answer = await call(await make());
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });

  it('without a token, or with Basic, is told to bring one', async () => {
    for (const headers of [{}, reports, { authorization: 'Bearer' }, { authorization: 'Bearer a b' }]) {
      const answer = await ask(form.api, { headers });
      expect(answer).toMatchObject({ status: 401, body: { error: 'no_token' } });
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="api"');
    }
  });

  it('takes JWTs that hold / and =', async () => {
    const platform = await startJwtPlatform({ clients, tokenEncoding: 'base64' });
    // Padding is sure with the 256 bytes of the signature.
    const token = await getToken(platform);
    expect(token).toMatch(/=$/);
    expect(await ask(platform.api, bearer(token))).toMatchObject({ status: 200 });
    platform.revoke(token);
    expect(await ask(platform.api, bearer(token))).toMatchObject({ status: 401 });
    await platform.close();
  });
});

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority, startEmpower } from '../index.mjs';
import { ask, askByTls, basic, bearer, stillClock, tokenRequest } from './ask.mjs';

const apiKey = 'the api key';
const grant = { grant_type: 'client_credentials' };
const clock = stillClock();
const now = () => Math.floor(clock.now() / 1000);

let empower;
let keys;
let stranger;
let ours;
let theirs;
beforeAll(async () => {
  [keys, stranger] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  const authority = await createCertificateAuthority();
  [ours, theirs] = await Promise.all(['ours', 'theirs'].map(authority.issue));
  const clients = {
    plans: { publicKey: await exportJWK(keys.publicKey), scopes: ['plans:read'] },
    funds: { certificate: ours.thumbprint, scopes: ['funds:read'] },
    both: { secret: 'a secret' },
  };
  empower = await startEmpower({ clients, apiKey, clock, mutualTls: true });
});
afterAll(() => empower.close());

const assertion = (claims = {}, { header = {}, key = keys.privateKey } = {}) => {
  const { tokenEndpoint: aud } = empower;
  const payload = { iss: 'plans', sub: 'plans', aud, jti: randomUUID(), iat: now(), exp: now() + 60, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...header }).sign(key);
};
const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const send = (client_assertion, parameters, headers) => {
  const signed = { ...grant, client_assertion_type: type, client_assertion, ...parameters };
  return ask(empower.tokenEndpoint, tokenRequest(signed, headers));
};

describe('private_key_jwt at Empower', () => {
  it('gives a token that the API takes', async () => {
    const { status, body } = await send(await assertion());
    expect(status).toBe(200);
    const answer = await ask(empower.api, bearer(body.access_token, { 'x-api-key': apiKey }));
    expect(answer).toMatchObject({ status: 200, body: { subject: 'plans', scope: 'plans:read' } });
  });

  const good = [
    ['with its issuer as the audience', () => assertion({ aud: empower.issuer })],
    ['without a typ', () => assertion({}, { header: { typ: undefined } })],
    ['with the typ of client assertions', () => assertion({}, { header: { typ: 'client-authentication+jwt' } })],
    ['without iat', () => assertion({ iat: undefined })],
    ['that ends in five minutes', () => assertion({ exp: now() + 300 })],
  ];
  it.each(good)('takes an assertion %s', async (_, make) => {
    expect(await send(await make())).toMatchObject({ status: 200 });
  });

  it('takes the client id beside it', async () => {
    expect(await send(await assertion(), { client_id: 'plans' })).toMatchObject({ status: 200 });
  });

  const bad = [
    ['that another key signed', () => assertion({}, { key: stranger.privateKey })],
    ['without a signature', async () => (await assertion()).replace(/[^.]*$/, '')],
    ['of another issuer', () => assertion({ iss: 'funds' })],
    ['of a client without a key', () => assertion({ iss: 'both', sub: 'both' })],
    ['of nobody', () => assertion({ iss: undefined, sub: undefined })],
    ['of a name that every object has', () => assertion({ iss: 'constructor', sub: 'constructor' })],
    ['for another server', () => assertion({ aud: 'https://elsewhere.example/token' })],
    ['with its audience as a list', () => assertion({ aud: [empower.tokenEndpoint] })],
    ['without an audience', () => assertion({ aud: undefined })],
    ['that has ended', () => assertion({ exp: now() })],
    ['without an end', () => assertion({ exp: undefined })],
    ['that ends too late', () => assertion({ exp: now() + 302 })],
    ['of the future', () => assertion({ iat: now() + 2 })],
    ['not good yet', () => assertion({ nbf: now() + 2 })],
    ['without jti', () => assertion({ jti: undefined })],
    ['of another typ', () => assertion({}, { header: { typ: 'at+jwt' } })],
    ['signed with a shared secret', () => assertion({}, { header: { alg: 'HS256' }, key: new Uint8Array(32) })],
    ['that is no JWT', () => 'a.b.c'],
    ['that is empty', () => ''],
  ];
  it.each(bad)('refuses an assertion %s', async (_, make) => {
    expect(await send(await make())).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('refuses an assertion the second time, until it would have ended anyhow', async () => {
    const once = await assertion();
    expect(await send(once)).toMatchObject({ status: 200 });
    expect(await send(once)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(empower.tokenRequests.list.at(-1)).toMatchObject({ reason: 'jti' });
    clock.advance(61);
    expect(await send(once)).toMatchObject({ status: 401 });
  });

  it('refuses another client id, another type of assertion, and a second way', async () => {
    expect(await send(await assertion(), { client_id: 'both' })).toMatchObject({ status: 401 });
    expect(await send(await assertion(), { client_assertion_type: 'other' })).toMatchObject({ status: 401 });
    const second = await send(await assertion(), {}, basic('both', 'a secret'));
    expect(second).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('can be held to one audience', async () => {
    const clients = { plans: { publicKey: await exportJWK(keys.publicKey) } };
    const strict = await startEmpower({ clients, apiKey, clock, assertionAudience: 'issuer' });
    const ask1 = async (aud) => {
      const signed = { ...grant, client_assertion_type: type, client_assertion: await assertion({ aud }) };
      return (await ask(strict.tokenEndpoint, tokenRequest(signed))).status;
    };
    expect([await ask1(strict.tokenEndpoint), await ask1(strict.issuer)]).toEqual([401, 200]);
    await strict.close();
  });
});

describe('mutual TLS at Empower', () => {
  const tls = (certificate) => ({ ca: empower.mutualTls.ca, cert: certificate?.cert, key: certificate?.key });
  const post = (certificate, parameters) =>
    askByTls(empower.mutualTls.tokenEndpoint, { ...tokenRequest({ ...grant, ...parameters }), tls: tls(certificate) });
  const call = (token, certificate, key = apiKey) =>
    askByTls(`${empower.mutualTls.api}/funds`, { ...bearer(token, { 'x-api-key': key }), tls: tls(certificate) });
  const getToken = async () => (await post(ours, { client_id: 'funds' })).body.access_token;

  it('gives a token for this certificate, which the API takes with it alone', async () => {
    const { status, body } = await post(ours, { client_id: 'funds' });
    expect(status).toBe(200);
    const claims = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString());
    expect(claims.cnf).toEqual({ 'x5t#S256': ours.thumbprint });
    const token = body.access_token;
    expect(await call(token, ours)).toMatchObject({ status: 200, body: { subject: 'funds' } });
    for (const other of [theirs, undefined]) {
      expect(await call(token, other)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    }
    expect(await call(token, ours, 'wrong')).toMatchObject({ status: 403 });
  });

  it('refuses its bound token on the API without TLS', async () => {
    const answer = await ask(empower.api, bearer(await getToken(), { 'x-api-key': apiKey }));
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });

  it('refuses on the API with TLS what is not bound', async () => {
    const { body } = await ask(empower.tokenEndpoint, tokenRequest(grant, basic('both', 'a secret')));
    expect(await call(body.access_token, ours)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });

  it('refuses another certificate, none, and another client', async () => {
    const funds = { client_id: 'funds' };
    const answers = [
      await post(theirs, funds),
      await post(undefined, funds),
      await post(ours, {}),
      await post(ours, { client_id: 'both' }),
      await post(ours, { client_id: 'both', client_secret: 'a secret' }),
      await post(ours, { ...funds, client_secret: 'any' }),
      await ask(empower.tokenEndpoint, tokenRequest({ ...grant, ...funds })),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('is reached by those who trust its CA alone', async () => {
    const untrusting = askByTls(empower.mutualTls.api, { tls: { cert: ours.cert, key: ours.key } });
    await expect(untrusting).rejects.toMatchObject({ code: /SELF_SIGNED|UNABLE_TO_VERIFY/ });
  });
});

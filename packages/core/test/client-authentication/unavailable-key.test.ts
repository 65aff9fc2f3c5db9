import { exposedSecrets, manualClock, startAuthorizationServer } from '@outbound-auth/testing';
import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import { keys, pemOf, secretsOf } from '../assertions/keys.ts';
import { untyped } from '../options/problems.ts';
import { deferred, failureOf, startAsking } from '../token-endpoint/asking.ts';

const { rsa, p256 } = keys;
const jwk = p256.privateKey.export({ format: 'jwk' });
const secrets = [...secretsOf(rsa.privateKey), ...secretsOf(p256.privateKey)];

const failing = async (key: () => unknown) => {
  const { server, clock, ask } = await startAsking(() => ({ authenticate: privateKeyJwt(untyped(key)) }));
  const error = await failureOf(ask());
  expect(error).toMatchObject({ code: 'credential_unavailable', client: 'billing', status: 502 });
  expect(server.requests).toHaveLength(0);
  expect(clock.pending).toBe(0);
  return error;
};

describe('E50 a key whose function', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('the vault is sealed');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the vault is sealed'))],
  ])('%s is unavailable, for the reason given', async (_what, key) => {
    const { message } = await failing(key);
    expect(message).toBe("client 'billing': its credentials could not be read: the vault is sealed");
  });

  it('hangs is unavailable after requestTimeout', async () => {
    const reading = deferred<undefined>();
    const key = () => {
      reading.resolve(undefined);
      return new Promise<never>(() => undefined);
    };
    const { server, clock, ask } = await startAsking(() => ({ authenticate: privateKeyJwt(key) }));
    const asking = failureOf(ask());
    await reading.promise;
    await clock.advance(4_000);
    expect(await asking).toMatchObject({
      code: 'credential_unavailable',
      message: "client 'billing': its credentials could not be read within 4 s (requestTimeout)",
    });
    expect(server.requests).toHaveLength(0);
  });

  const none = 'the key must be a private key: PEM, JWK, KeyObject or CryptoKey';
  it.each<[string, unknown, string]>([
    ['undefined', undefined, none],
    ['null', null, none],
    ['an empty text', '', none],
    ['a number', 7, none],
    ['an empty object', {}, none],
    ['another text', 'a-secret', none],
    ['half a PEM', pemOf(rsa.privateKey).slice(0, 700), none],
    ['a PEM without its first line', pemOf(rsa.privateKey).replace(/^.*\n/, ''), none],
    ['a JWK of an unknown curve', { ...jwk, crv: 'P-1' }, none],
    ['a JWK as text', JSON.stringify(jwk), none],
    ['a secret', createSecretKey(randomBytes(32)), none],
    ['bytes', Buffer.from(pemOf(rsa.privateKey)), 'the key came as bytes'],
    ['a public key', rsa.publicKey, 'the key is a public key'],
    [
      'an encrypted key',
      rsa.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }),
      'the key is encrypted; decrypt it: createPrivateKey',
    ],
  ])('gives %s is unavailable, and nothing of it is shown', async (_what, given, message) => {
    const error = await failing(() => given);
    expect(error.message).toContain(`could not be read: ${message}`);
    expect(exposedSecrets(error, secrets)).toEqual([]);
  });

  it('gives one for another algorithm is unavailable, and is told what it could sign by', async () => {
    const { ask } = await startAsking(() => ({ authenticate: privateKeyJwt(() => jwk, { algorithm: 'PS256' }) }));
    const error = await failureOf(ask());
    expect(error.message).toContain('the key cannot sign by PS256, but by ES256; name one of these');
    expect(exposedSecrets(error, secrets)).toEqual([]);
  });

  it('gives a good one only at the second call has a good second call', async () => {
    let count = 0;
    const key = () => ((count += 1) === 1 ? 'rubbish' : pemOf(p256.privateKey));
    const { server, ask } = await startAsking(() => ({ authenticate: privateKeyJwt(key) }));
    await failureOf(ask());
    await ask();
    expect(server.requests).toHaveLength(1);
  });
});

it('E25 Neither error nor event shows anything of a key, when its assertion is refused and told back', async () => {
  const server = await startAuthorizationServer();
  onTestFinished(() => server.close());
  const events: OutboundAuthEvent[] = [];
  const auth = createOutboundAuth({
    clients: {
      text: { ...options(server.issuer), clientAuthentication: privateKeyJwt(() => pemOf(rsa.privateKey)) },
      jwk: { ...options(server.issuer), clientAuthentication: privateKeyJwt(jwk) },
      broken: {
        ...options(server.issuer),
        clientAuthentication: privateKeyJwt(untyped(() => ({ ...jwk, crv: 'P-1' }))),
      },
    },
    clock: manualClock(),
    onEvent: (event) => events.push(event),
  });
  server.respondWith(({ parameters }) => ({
    status: 400,
    body: { error: 'invalid_request', error_description: `${parameters.get('client_assertion')} is wrong` },
  }));
  const sent = () => server.requests.flatMap(({ parameters }) => parameters.get('client_assertion') ?? []);
  for (const name of ['text', 'jwk', 'broken'] as const) {
    const error = await failureOf(auth.client(name).getAccessToken());
    expect(exposedSecrets(error, [...secrets, ...sent()])).toEqual([]);
  }
  expect(sent()).toHaveLength(2);
  expect(events.map(({ type }) => type)).toContain('token.failed');
  expect(exposedSecrets(events, [...secrets, ...sent()])).toEqual([]);
});

function options(issuer: string) {
  return { issuer, tokenEndpoint: `${issuer}/token`, clientId: 'orders', attachTo: ['https://api.example'] };
}

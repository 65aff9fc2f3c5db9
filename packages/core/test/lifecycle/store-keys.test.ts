import { calculateJwkThumbprint, EmbeddedJWK, exportJWK, jwtVerify } from 'jose';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import type { ClientOptions, TokenParameters } from '../../src/options/options.ts';
import { pemOf } from '../assertions/keys.ts';
import { type Certificates, makeCertificates } from '../servers/certificates.ts';
import { type FleetProcess, startStoreFleet, type StoreFleet } from './store-fleet.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A process of these options, after its first token; what it has written stands in the store. */
async function after(fleet: StoreFleet, options: Partial<ClientOptions>, parameters?: TokenParameters) {
  const process = fleet.start(options);
  const { value } = await process.client.getAccessToken(parameters);
  await process.auth.close();
  return { process, value };
}

describe('row "key": through a store', () => {
  it('E08 no two calls that ask for different tokens share one', async () => {
    const fleet = await startStoreFleet();
    const wishes: readonly TokenParameters[] = [
      {},
      { scope: 'read' },
      { scope: 'write' },
      { scope: 'read write' },
      { audience: 'read' },
      { resource: 'https://api.example/read' },
      { audience: 'https://api.example/read' },
    ];
    const values = await Promise.all(wishes.map(async (wish) => (await after(fleet, {}, wish)).value));
    expect(new Set(values).size).toBe(wishes.length);
    for (const [index, wish] of wishes.entries()) expect((await after(fleet, {}, wish)).value).toBe(values[index]);
    expect(fleet.server.requests).toHaveLength(wishes.length);
  });

  it('E09 the same scopes in another order are one token', async () => {
    const fleet = await startStoreFleet();
    const { value } = await after(fleet, {}, { scope: 'a b c' });
    expect((await after(fleet, { scope: 'c  a b a' })).value).toBe(value);
  });

  it('E09 adjacent fields aren’t confused', async () => {
    const fleet = await startStoreFleet();
    const values = [
      await after(fleet, { scope: 'a' }, { audience: 'bc' }),
      await after(fleet, { scope: 'ab' }, { audience: 'c' }),
      await after(fleet, { clientId: 'upstream-client1', scope: '2' }),
      await after(fleet, { clientId: 'upstream-client', scope: '12' }),
    ];
    expect(new Set(values.map(({ value }) => value)).size).toBe(4);
  });

  it('E10 two users’ tokens never mix, with the same scopes, in whichever process', async () => {
    const fleet = await startStoreFleet();
    fleet.server.respondWith(({ parameters }) => {
      const user = parameters.get('subject_token') ?? '';
      const body = { access_token: `for-${user}`, token_type: 'Bearer', expires_in: 600 };
      return { status: 200, body: { ...body, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' } };
    });
    const processes = Array.from({ length: 3 }, () => fleet.start({ grant: tokenExchange(), scope: 'same' }));
    const tokenOf = ({ auth, client }: FleetProcess, user: string) =>
      auth.withSubjectToken(user, async () => (await client.getAccessToken()).value);
    for (const process of processes) {
      for (const user of ['ann', 'bob']) expect(await tokenOf(process, user)).toBe(`for-${user}`);
    }
    for (const { auth } of processes) await auth.close();
    expect(fleet.server.requests).toHaveLength(2);
    const keys = new Set(fleet.store.operations.map(({ key }) => key));
    expect([...keys].filter((key) => /ann|bob|same/.test(key))).toEqual([]);
  });

  it('E08 what a grant itself asks for is a part of the key, in the store too', async () => {
    const fleet = await startStoreFleet();
    const subjectToken = 'ann';
    const kinds = [{}, { requestedTokenType: 'jwt' }, { subjectTokenType: 'id_token' }] as const;
    for (const kind of kinds) {
      await fleet.start({ grant: tokenExchange({ subjectToken, ...kind }) }).client.getAccessToken();
    }
    expect(fleet.server.requests).toHaveLength(kinds.length);
  });

  it('another client id, name of a server or certificate is another token', async () => {
    const fleet = await startStoreFleet();
    const { client, stranger } = certificates;
    const tls = ({ cert, key }: { cert: string; key: string }) => ({
      clientAuthentication: tlsClientAuth({ cert, key }),
    });
    const variants: readonly Partial<ClientOptions>[] = [
      {},
      { clientId: 'another' },
      { tokenEndpoint: `${fleet.server.tokenEndpoint}?tenant=2` },
      tls(client),
      tls(stranger),
    ];
    fleet.server.respondWith(() => ({
      status: 200,
      body: { access_token: `token-${fleet.server.requests.length}`, token_type: 'Bearer', expires_in: 600 },
    }));
    const values: string[] = [];
    for (const variant of variants) values.push((await after(fleet, variant)).value);
    expect(new Set(values).size).toBe(variants.length);
    for (const [index, variant] of variants.entries()) expect((await after(fleet, variant)).value).toBe(values[index]);
    expect(await fleet.texts()).toHaveLength(variants.length);
    // Which certificate a function will give next, nobody knows.
    const { cert, key } = client;
    const before = fleet.asked().length;
    await after(fleet, { clientAuthentication: tlsClientAuth(() => ({ cert, key })) });
    expect(fleet.asked()).toHaveLength(before);
  });
});

/** A fleet whose server binds each token to the key of its proof. */
async function boundFleet(): Promise<StoreFleet> {
  const fleet = await startStoreFleet();
  let count = 0;
  fleet.server.respondWith(async ({ headers }) => {
    const jkt = await thumbprintOf(headers['dpop'] ?? '');
    const body = { access_token: `${jkt}-${(count += 1)}`, token_type: 'DPoP', expires_in: 600 };
    return { status: 200, body };
  });
  fleet.api.respondWith(async ({ headers }) => {
    const [, token = ''] = headers['authorization']?.split('DPoP ') ?? [];
    const proof = headers['dpop'] ?? '';
    const { payload } = await jwtVerify(proof, EmbeddedJWK, { currentDate: new Date(fleet.clock.now()) });
    const isBound = token.startsWith(await thumbprintOf(proof)) && payload['ath'] !== undefined;
    return { status: isBound ? 200 : 401 };
  });
  return fleet;
}

async function thumbprintOf(proof: string): Promise<string> {
  const [header = ''] = proof.split('.');
  const { jwk } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { jwk: { kty: string } };
  return calculateJwkThumbprint(jwk);
}

const jktOf = async (key: KeyObject) => calculateJwkThumbprint(await exportJWK(createPublicKey(key)));

describe('E33 tokens bound to a key', () => {
  it('are shared by processes with the same key, which prove it', async () => {
    const fleet = await boundFleet();
    const key = p256();
    const { value } = await after(fleet, { dpop: { key: pemOf(key) } });
    expect(value.startsWith(await jktOf(key))).toBe(true);
    const other = fleet.start({ dpop: { key: pemOf(key) } });
    expect((await other.client.getAccessToken()).value).toBe(value);
    expect(await other.call()).toBe(200);
    expect(other.told()).toEqual(['token.shared']);
  });

  it('are not shared with those that have another key, or none', async () => {
    const fleet = await boundFleet();
    const [one, two] = [pemOf(p256()), pemOf(p256())];
    const { value } = await after(fleet, { dpop: { key: one } });
    expect((await after(fleet, { dpop: { key: two } })).value).not.toBe(value);
    const body = { access_token: 'unbound', token_type: 'Bearer', expires_in: 600 };
    fleet.server.respondOnce({ status: 200, body });
    expect((await after(fleet, {})).value).toBe('unbound');
    expect(fleet.server.requests).toHaveLength(3);
  });

  it('are never a Bearer token that only others allow', async () => {
    const fleet = await boundFleet();
    const key = pemOf(p256());
    const body = { access_token: 'unbound', token_type: 'Bearer', expires_in: 600 };
    fleet.server.respondOnce({ status: 200, body });
    expect((await after(fleet, { dpop: { key, allowBearer: true } })).value).toBe('unbound');
    expect((await after(fleet, { dpop: { key, allowBearer: true } })).value).toBe('unbound');
    expect((await after(fleet, { dpop: { key } })).process.told()).toEqual(['token.requested', 'token.received']);
  });

  it('never come into the store where the key was made here, or is given by a function', async () => {
    const fleet = await boundFleet();
    const key = pemOf(p256());
    for (const dpop of [true, {}, { key: () => key }, { key: () => Promise.resolve(key) }]) {
      const process = fleet.start({ dpop });
      expect(await process.call()).toBe(200);
      await process.auth.close();
    }
    expect(fleet.store.operations).toEqual([]);
  });

  it('stand there without their key', async () => {
    const fleet = await boundFleet();
    const key = p256();
    const jwk = key.export({ format: 'jwk' });
    const { d = '' } = jwk;
    for (const form of [pemOf(key), key, jwk]) await after(fleet, { dpop: { key: form } });
    const texts = (await fleet.texts()).join();
    const keys = fleet.store.operations.map(({ key: at }) => at).join();
    expect(texts).toContain('"type":"DPoP"');
    expect(d).not.toBe('');
    for (const secret of [d, pemOf(key).split('\n')[1] ?? d, Buffer.from(d, 'base64url').toString('hex'), 'PRIVATE']) {
      expect(texts + keys).not.toContain(secret);
    }
  });
});

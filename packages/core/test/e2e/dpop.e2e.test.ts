import { exposedSecrets } from '@outbound-auth/testing';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { OptionsError } from '../../src/errors.ts';
import { password } from '../../src/grants/password.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import { authFor, startWorld, type World } from './worlds.ts';

const strict = startWorld({ dpopNonce: true }, { dpopNonce: true });
const lenient = startWorld({});

const clientOf = ({ server: { clients } }: World, options: Partial<ClientOptions> = {}): Partial<ClientOptions> => ({
  clientId: clients.dpop.clientId,
  clientSecret: clients.dpop.clientSecret,
  dpop: true,
  ...options,
});

describe('a client with DPoP', () => {
  it('proves its key to both servers, with the nonce that each asks for', async () => {
    const world = strict();
    const auth = authFor(world, clientOf(world));
    const before = world.api.calls.length;
    const response = await auth.fetch(`${world.api.origin}/invoices?page=2`, { method: 'POST', body: 'one invoice' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ method: 'POST', body: 'one invoice' });
    const calls = world.api.calls.slice(before);
    expect(calls.map(({ error }) => error)).toEqual(['use_dpop_nonce', undefined]);
    expect(calls.every(({ headers }) => headers['authorization']?.startsWith('DPoP '))).toBe(true);
    expect(world.server.tokenRequests.slice(-2).map(({ status }) => status)).toEqual([400, 200]);

    // From now on both nonces are known.
    expect((await auth.fetch(`${world.api.origin}/invoices`)).status).toBe(200);
    expect(world.api.calls.length - before).toBe(3);
  });

  it('E45 that meets a nonce challenge and then a refused token sends no more than three times', async () => {
    const world = strict();
    const auth = authFor(world, clientOf(world));
    const first = await auth.client('billing').getAccessToken();
    world.api.refuse(first.value);
    world.api.renewNonce();
    const before = world.api.calls.length;
    const response = await auth.fetch(`${world.api.origin}/invoices`);
    expect(response.status).toBe(200);
    expect(world.api.calls.slice(before).map(({ error }) => error)).toEqual([
      'use_dpop_nonce',
      'invalid_token',
      undefined,
    ]);
  });

  it('E45 leaves a body that was read where it is, and knows the nonce for the next call', async () => {
    const world = strict();
    const auth = authFor(world, clientOf(world));
    world.api.renewNonce();
    const stream = new Blob(['one invoice']).stream();
    const response = await auth.fetch(`${world.api.origin}/a`, { method: 'POST', body: stream, duplex: 'half' });
    expect(response.status).toBe(401);
    expect((await auth.fetch(`${world.api.origin}/b`)).status).toBe(200);
    expect(world.api.calls.at(-2)?.path).toBe('/a');
  });

  it.each<[string, () => ClientOptions['dpop']]>([
    ['made for the process', () => true],
    ['of its own', () => ({ key: generateKeyPairSync('ed25519').privateKey })],
    [
      'that is an RSA key',
      () => ({ key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, algorithm: 'PS256' }),
    ],
    [
      'that a function gives',
      () => {
        const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
        return { key: () => Promise.resolve(createPrivateKey({ key, format: 'jwk' })) };
      },
    ],
  ])('may use a key %s', async (_title, dpop) => {
    const world = lenient();
    const auth = authFor(world, clientOf(world, { dpop: dpop() }));
    expect((await auth.fetch(`${world.api.origin}/invoices`)).status).toBe(200);
    const token = await auth.client('billing').getAccessToken();
    expect(token.tokenType).toBe('DPoP');
    expect(token.claims()).toMatchObject({ cnf: { jkt: expect.any(String) as string } });
  });

  it('keeps proving a token with the key that it is bound to, whatever key comes next', async () => {
    const world = lenient();
    const key = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const auth = authFor(world, clientOf(world, { dpop: { key } }));
    const read = await auth.client('billing').getAccessToken();
    const write = await auth.client('billing').getAccessToken({ scope: 'invoices:write' });
    expect(read.claims()?.['cnf']).not.toEqual(write.claims()?.['cnf']);
    expect((await auth.fetch(`${world.api.origin}/a`)).status).toBe(200);
    expect((await auth.fetch(`${world.api.origin}/b`, { outboundAuth: { scope: 'invoices:write' } })).status).toBe(200);
  });

  it('gives a proof for a transport of one’s own', async () => {
    const world = lenient();
    const token = await authFor(world, clientOf(world)).client('billing').getAccessToken();
    const url = `${world.api.origin}/feed`;
    const proof = (await token.proof('GET', url)) ?? '';
    const response = await fetch(url, { headers: { authorization: token.authorization, dpop: proof } });
    expect(response.status).toBe(200);
    expect(exposedSecrets(token, [token.value, proof])).toEqual([]);
  });

  it('gets bound tokens by other grants too, and by refresh token', async () => {
    const world = strict();
    const expiring = clientOf(world, { grant: password(world.server.users.ada) });
    const auth = authFor(world, expiring);
    const client = auth.client('billing');
    const first = await client.getAccessToken();
    world.api.refuse(first.value);
    expect((await auth.fetch(`${world.api.origin}/a`)).status).toBe(200);
    expect(world.server.tokenRequests.at(-1)).toMatchObject({ grantType: 'refresh_token', status: 200 });

    const exchanging = authFor(world, clientOf(world, { grant: tokenExchange() }));
    const subject = await world.server.mintSubjectToken('grace');
    const call = () => exchanging.fetch(`${world.api.origin}/b`);
    expect((await exchanging.withSubjectToken(subject, call)).status).toBe(200);
  });

  it('refuses a token that the server has not bound, unless told otherwise', async () => {
    const world = lenient();
    const { clientId, clientSecret } = world.server.clients.post;
    // This server binds whatever comes with a proof: one that knows nothing of DPoP drops the header.
    const dropping: typeof fetch = (input, init) => {
      const headers = new Headers(init?.headers);
      headers.delete('dpop');
      return fetch(input, { ...init, headers });
    };
    const unbound = { clientId, fetch: dropping };
    const of = (dpop: ClientOptions['dpop']) =>
      authFor(world, { ...unbound, clientAuthentication: clientSecretPost(clientSecret), dpop }).client('billing');
    await expect(of(true).getAccessToken()).rejects.toMatchObject({ code: 'invalid_token_response' });
    expect((await of({ allowBearer: true }).getAccessToken()).tokenType).toBe('Bearer');
  });

  it('names a key that is none', () => {
    const world = lenient();
    expect(() => authFor(world, clientOf(world, { dpop: { key: 'no key' } }))).toThrow(OptionsError);
    expect(() => authFor(world, clientOf(world, { dpop: { key: 'no key' } }))).toThrow(
      'clients.billing.dpop.key: must be a private key',
    );
  });
});

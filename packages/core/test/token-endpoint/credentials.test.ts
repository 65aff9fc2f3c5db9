import { exposedSecrets } from '@outbound-auth/testing';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClientAuthentication } from '../../src/client-authentication/client-authentication.ts';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import { OutboundAuthError, TokenRequestError } from '../../src/errors.ts';
import { env } from '../../src/options/env.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { deferred, failureOf, startAsking } from './asking.ts';

const askWith = (authenticate: Parameters<typeof clientSecretBasic>[0]) =>
  startAsking(() => ({ authenticate: clientSecretBasic(authenticate) }));

describe('credentials', () => {
  it.each([
    [
      'throw',
      () => {
        throw new Error('the vault is sealed');
      },
      'the vault is sealed',
    ],
    ['reject', () => Promise.reject(new Error('the vault is sealed')), 'the vault is sealed'],
    ['reject without a word', () => Promise.reject(new Error()), 'no reason given'],
    ['give no text', () => 7 as never, 'a secret came as number, not as a text'],
    ['give an empty text', () => '', 'a secret came as an empty text'],
    ['time out by themselves', () => Promise.reject(new DOMException('too slow', 'TimeoutError')), 'too slow'],
    ['are unset', env('A_VARIABLE_THAT_IS_NOT_SET'), 'the environment variable A_VARIABLE_THAT_IS_NOT_SET is not set'],
  ])('E50 that %s are unavailable, and nothing is sent', async (_title, source, reason) => {
    const { server, clock, ask } = await askWith(source);
    const error = await failureOf(ask());
    expect(error).toBeInstanceOf(OutboundAuthError);
    expect(error).not.toBeInstanceOf(TokenRequestError);
    expect(error).toMatchObject({
      code: 'credential_unavailable',
      client: 'billing',
      status: 502,
      message: `client 'billing': its credentials could not be read: ${reason}`,
      cause: { message: reason === 'no reason given' ? '' : reason },
    });
    expect(server.requests).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('E50 that hang are unavailable after requestTimeout, and the server is not blamed', async () => {
    const reading = deferred<undefined>();
    const { server, clock, ask } = await askWith(() => {
      reading.resolve(undefined);
      return new Promise(() => undefined);
    });
    const asking = failureOf(ask());
    await reading.promise;
    await clock.advance(4_000);
    expect(await asking).toMatchObject({
      code: 'credential_unavailable',
      status: 502,
      message: "client 'billing': its credentials could not be read within 4 s (requestTimeout)",
    });
    expect(server.requests).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('that came in time leave a slow server to be blamed', async () => {
    const { server, clock, ask } = await askWith(() => Promise.resolve('a-secret'));
    server.respondOnce({ fault: 'hang' });
    const asking = failureOf(ask());
    await server.waitForRequests(1);
    await clock.advance(4_000);
    expect(await asking).toMatchObject({ code: 'token_request_timeout' });
  });

  it.each([
    ['', fetch],
    [', nor over a fetch that heeds no signal', (input, init) => fetch(input, { ...init, signal: null })],
  ] satisfies [string, typeof fetch][])('that come too late send nothing any more%s', async (_title, sending) => {
    const late = deferred<string>();
    const reading = deferred<undefined>();
    const { server, clock, ask } = await startAsking(() => ({
      fetch: sending,
      authenticate: clientSecretBasic(() => {
        reading.resolve(undefined);
        return late.promise;
      }),
    }));
    const asking = failureOf(ask());
    await reading.promise;
    await clock.advance(4_000);
    await asking;
    late.resolve('a-secret');
    await ask();
    expect(server.requests).toHaveLength(1);
  });

  it('E25 that fail half way show nothing of what they had read', async () => {
    const { ask } = await startAsking(() => ({
      authenticate: async ({ secret }) => {
        const read = await secret('the-first-secret');
        throw Object.assign(new Error(`cannot sign with ${read}`), { read });
      },
    }));
    const error = await failureOf(ask());
    expect(error.message).toBe("client 'billing': its credentials could not be read: cannot sign with [redacted]");
    expect(exposedSecrets(error, ['the-first-secret'])).toEqual([]);
  });

  it('E25 with characters that no header can hold are not shown by the one who says so', async () => {
    const { ask } = await startAsking(() => ({
      authenticate: async ({ headers, secret }) => headers.set('x-secret', await secret('the secret\r\nof two lines')),
    }));
    const error = await failureOf(ask());
    expect(error.code).toBe('credential_unavailable');
    expect(exposedSecrets(error, ['the secret\r\nof two lines', 'the secret'])).toEqual([]);
  });

  it('are told who asks, and where', async () => {
    const seen: unknown[] = [];
    const { server, ask } = await startAsking(() => ({
      authenticate: ({ clientId, tokenEndpoint, body }) => {
        seen.push(clientId, tokenEndpoint);
        body.set('client_id', clientId);
      },
    }));
    await ask();
    expect(seen).toEqual(['orders', server.tokenEndpoint]);
    expect(server.requests[0]?.parameters.get('client_id')).toBe('orders');
  });

  it('E27 are read anew for each request', async () => {
    let count = 0;
    const { server, ask } = await askWith(() => `secret-${(count += 1)}`);
    await ask();
    await ask();
    expect(server.requests.map(({ headers }) => atob(headers['authorization']?.slice(6) ?? ''))).toEqual([
      'orders:secret-1',
      'orders:secret-2',
    ]);
  });
});

describe('a digest of credentials', () => {
  const digestOf = async (
    authenticate: ClientAuthentication,
    { salt = 'billing', further = [] }: { salt?: string; further?: unknown[] } = {},
  ) => (await startAsking(() => ({ authenticate }))).endpoint.credential(salt, further);

  it('E27 is another for another secret, and the same for the same', async () => {
    const digests = [
      await digestOf(clientSecretBasic('first')),
      await digestOf(clientSecretBasic(() => 'first')),
      await digestOf(clientSecretBasic(async () => 'second')),
    ];
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('is the same for an assertion, which differs each time, by the same key', async () => {
    const [one, other] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    if (one === undefined || other === undefined) throw new Error('no keys');
    const digests = await Promise.all([one, one, other].map((key) => digestOf(privateKeyJwt(key))));
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('is another for another certificate', async () => {
    const { ca, client, stranger } = await makeCertificates();
    const [one, other] = await Promise.all(
      [client, stranger].map(({ cert, key }) => digestOf(tlsClientAuth({ cert, key, ca }))),
    );
    expect(one).not.toBe(other);
  });

  it('is another for what a grant shows beside, for what a function of the user’s own adds, and for another client', async () => {
    const adding = (value: string): ClientAuthentication => {
      return ({ body }) => {
        body.set('x', value);
      };
    };
    const digests = await Promise.all([
      digestOf(clientSecretBasic('a secret')),
      digestOf(clientSecretBasic('a secret'), { further: ['a password'] }),
      digestOf(clientSecretBasic('a secret'), { further: [() => 'another password'] }),
      digestOf(clientSecretBasic('a secret'), { salt: 'ledger' }),
      digestOf(adding('one')),
      digestOf(adding('other')),
    ]);
    expect(new Set(digests).size).toBe(6);
  });

  it('E25 shows none of it, and sends nothing', async () => {
    const { server, endpoint } = await startAsking(() => ({ authenticate: clientSecretBasic('the-secret') }));
    const digest = await endpoint.credential('billing', ['the-password']);
    expect(digest).toMatch(/^[\w-]{43}$/);
    expect(exposedSecrets(digest, ['the-secret', 'the-password'])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('E50 is none where a function throws, or hangs for longer than requestTimeout', async () => {
    const broken = clientSecretBasic(() => {
      throw new Error('the vault is sealed');
    });
    expect(await digestOf(broken)).toBeUndefined();
    const reading = deferred<undefined>();
    const { clock, endpoint } = await askWith(() => {
      reading.resolve(undefined);
      return new Promise(() => undefined);
    });
    const digest = endpoint.credential('billing', []);
    await reading.promise;
    await clock.advance(4_000);
    expect(await digest).toBeUndefined();
    expect(clock.pending).toBe(0);
  });
});

import { memoryStore } from '@outbound-auth/testing';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refreshToken } from '../../src/grants/refresh-token.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { normalize } from '../../src/options/normalize.ts';
import type { ClientOptions, OutboundAuthOptions } from '../../src/options/options.ts';
import { clientProblems, least, problemsOf } from './problems.ts';

function lifeOf(client: Partial<Omit<ClientOptions, 'clientSecret'>> = {}, shared: Partial<OutboundAuthOptions> = {}) {
  const [settings] = normalize({ ...shared, clients: { billing: { ...least, ...client } } }).clients;
  if (settings === undefined) throw new Error('there is no client');
  return settings;
}

describe('how a client’s tokens live', () => {
  it('has every default of lifecycle.md', () => {
    expect(lifeOf()).toMatchObject({
      requestTimeout: 4_000,
      attempts: 3,
      maxTokenRequests: 50,
      keepWarm: false,
      sharing: undefined,
      cache: { waitTimeout: 10_000 },
    });
  });

  it('is told in seconds, and kept in milliseconds', () => {
    expect(lifeOf({ waitTimeout: 2.5, attempts: 5, maxTokenRequests: 1 })).toMatchObject({
      attempts: 5,
      maxTokenRequests: 1,
      cache: { waitTimeout: 2_500 },
    });
  });

  it('lets callers wait longer where a token request may take longer, unless they are told how long', () => {
    const waitTimeout = (client: Partial<ClientOptions>) => lifeOf(client).cache.waitTimeout;
    expect([1, 4, 4.5, 30].map((requestTimeout) => waitTimeout({ requestTimeout }))).toEqual([
      10_000, 10_000, 11_250, 75_000,
    ]);
    expect(waitTimeout({ requestTimeout: 30, waitTimeout: 5 })).toBe(5_000);
  });

  it.each([
    ['waitTimeout', 0.001, 1_000_000, 'seconds'],
    ['attempts', 1, 100, 'attempts'],
    ['maxTokenRequests', 1, 1_000_000, 'maxTokenRequests'],
  ])('takes for %s a number from %d to %d', (name, min, max, unit) => {
    const rule = `${name}: must be a number from ${min} to ${max} (${unit}), not`;
    for (const good of [min, max]) expect(clientProblems({ [name]: good })).toEqual([]);
    for (const wrong of [0, -1, max + 0.1, NaN, Infinity]) {
      expect(clientProblems({ [name]: wrong })).toEqual([`${rule} ${wrong}`]);
    }
    expect(clientProblems({ [name]: `${min}` })).toEqual([`${rule} a text`]);
  });

  it.each(['attempts', 'maxTokenRequests', 'memoryCacheSize'])('takes for %s whole numbers alone', (name) => {
    expect(clientProblems({ [name]: 2.7 })).toEqual([`${name}: must be a whole number, not 2.7`]);
  });

  it('keeps only a token warm that is the client’s own', () => {
    expect(clientProblems({ keepWarm: true })).toEqual([]);
    expect(clientProblems({ keepWarm: true, grant: refreshToken('first') })).toEqual([]);
    expect(clientProblems({ keepWarm: true, grant: tokenExchange() })).toEqual([
      'keepWarm: is for a token of the client’s own, and this grant gets tokens for users; leave it out',
    ]);
    expect(clientProblems({ keepWarm: 'yes' })).toEqual(['keepWarm: must be true or false, not a text']);
  });
});

describe('where a client’s tokens are kept', () => {
  const store = memoryStore();
  const encryptionKeys = [randomBytes(32)];
  const problems = (client: object, shared: object = { store }) =>
    problemsOf({ ...shared, clients: { billing: { ...least, ...client } } });

  it('is the store that all share, unless the client wants none of it', () => {
    expect(lifeOf({}, { store }).sharing).toMatchObject({ lockTimeout: 5_000 });
    expect(lifeOf({ store: false }, { store }).sharing).toBeUndefined();
  });

  it('is no store of its own', () => {
    for (const given of [true, store, null]) {
      expect(problems({ store: given })).toEqual([
        'clients.billing.store: can be false here, for tokens that stay in the process; the store itself is an option beside clients',
      ]);
    }
  });

  it('keeps a refresh token that nothing can replace only where it is encrypted and one process at a time uses it', () => {
    const grant = refreshToken('first');
    const remedy = 'or set store: false for this client, if no other process uses its refresh token';
    expect(problems({ grant })).toEqual([
      `clients.billing.grant: refreshToken() keeps its session in the store, and only encrypted; give encryptionKeys, ${remedy}`,
    ]);
    expect(problems({ grant, store: false })).toEqual([]);
    expect(problems({ grant }, { store, encryptionKeys })).toEqual([]);
    const { lock, replace, ...unlocked } = memoryStore();
    expect([typeof lock, typeof replace]).toEqual(['function', 'function']);
    expect(problems({ grant }, { store: unlocked, encryptionKeys })).toEqual([
      `clients.billing.grant: refreshToken() needs a store that locks (redisStore), for a refresh token is used by one process at a time; give that, ${remedy}`,
    ]);
  });
});

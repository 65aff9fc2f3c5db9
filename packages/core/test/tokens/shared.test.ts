import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TokenRequestError } from '../../src/errors.ts';
import { CachedTokenSource, type CacheSettings } from '../../src/tokens/cached.ts';
import type { TokenRequest } from '../../src/tokens/token-source.ts';
import { patienceOf, requestOf, tokenOf } from './scripted-source.ts';
import { type Fleet, fleet, type Process, until } from './sharing.ts';

const hour = 3_600_000;
const request = requestOf('k', true);
const failure = () => new TokenRequestError('out of order', { code: 'token_endpoint_failed', client: 'billing' });

/** Has a process ask for a token, and waits until it does so. */
async function asking({ source, shared }: Process, given: TokenRequest = request) {
  const before = source.asked.length;
  const token = shared.getToken(given);
  await until(() => source.asked.length > before);
  return { token, asked: source.at(before) };
}

/** Lets a process get a token, and waits until it stands in the store. */
async function get({ clock }: Fleet, process: Process, value: string, lifetime = hour, given = request) {
  const { token, asked } = await asking(process, given);
  const got = tokenOf(value, clock.now(), lifetime);
  asked.give(got);
  await token;
  await process.shared.close();
  return got;
}

const operations = ({ store }: Fleet) => store.operations.map(({ name }) => name);

describe('row "cold, many callers"', () => {
  it('takes the lock, reads again, asks, writes and gives the lock back', async () => {
    const all = fleet();
    await get(all, all.start(), 'first');
    expect(all.store.operations).toEqual([
      { name: 'get', key: 'token:k' },
      { name: 'lock', key: 'token:k' },
      { name: 'get', key: 'token:k' },
      { name: 'get', key: 'failure:client:own' },
      { name: 'get', key: 'failure:token:k' },
      { name: 'set', key: 'token:k' },
      { name: 'release', key: 'token:k' },
    ]);
  });

  it('finds by one operation what another process has got', async () => {
    const all = fleet();
    await get(all, all.start(), 'first');
    const before = all.store.operations.length;
    const process = all.start();
    const token = await process.shared.getToken(request);
    expect(token.value).toBe('first');
    expect(process.source.asked).toEqual([]);
    expect(operations(all).slice(before)).toEqual(['get']);
    expect(process.events).toEqual([
      { type: 'token.shared', client: 'billing', reason: 'absent', expiresAt: token.expiresAt },
    ]);
  });

  it('E11 lets one of eight processes ask, and the others wait for what it gets', async () => {
    const all = fleet();
    const first = all.start();
    const { token, asked } = await asking(first);
    const others = Array.from({ length: 7 }, () => all.start());
    const waiting = others.map(({ shared }) => shared.getToken(request));
    await all.clock.advance(2_000);
    asked.give(tokenOf('first', all.clock.now(), hour));
    await token;
    await all.clock.advance(500);
    const tokens = await Promise.all(waiting);
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['first']));
    expect(others.flatMap(({ source }) => source.asked)).toEqual([]);
    expect(others.flatMap(({ told }) => told())).toEqual(others.map(() => 'token.shared'));
  });

  it('E30 reads again after winning the lock: whoever held it before may have got a token', async () => {
    const all = fleet();
    const [first, second] = [all.start(), all.start()];
    await get(all, first, 'first');
    // It looks before the first has written, and wins the lock after.
    let looks = 0;
    const through = {
      ...all.store,
      get: async (key: string) => ((looks += 1) === 1 ? undefined : all.store.get(key)),
    };
    const late = all.start({ through });
    expect((await late.shared.getToken(request)).value).toBe('first');
    expect(late.source.asked).toEqual([]);
    await late.shared.close();
    // Nor does it keep the lock.
    expect(operations(all).filter((name) => name === 'release')).toHaveLength(2);
    expect((await second.shared.getToken(request)).value).toBe('first');
  });

  it('shares nothing between two keys', async () => {
    const all = fleet();
    const process = all.start();
    await get(all, process, 'for reading', hour, requestOf('read'));
    const { token, asked } = await asking(process, requestOf('write'));
    asked.give(tokenOf('for writing', all.clock.now(), hour));
    expect((await token).value).toBe('for writing');
  });

  it('leaves a token alone that is not handed out any more', async () => {
    const all = fleet();
    await get(all, all.start(), 'first');
    await all.clock.advance(hour - 30_000);
    const { token, asked } = await asking(all.start());
    asked.give(tokenOf('second', all.clock.now(), hour));
    expect((await token).value).toBe('second');
  });

  it('hands out one that is due: its renewal is another matter', async () => {
    const all = fleet();
    await get(all, all.start(), 'first');
    await all.clock.advance(hour - 30_001);
    expect((await all.start().shared.getToken(request)).value).toBe('first');
  });

  it('doesn’t wait for what is written', async () => {
    const all = fleet();
    const process = all.start();
    const { token, asked } = await asking(process);
    all.store.fail('hang');
    asked.give(tokenOf('first', all.clock.now(), hour));
    expect((await token).value).toBe('first');
  });

  it('shares by a store that has no lock too, and asks whenever nothing is there', async () => {
    const all = fleet();
    const { get: read, set, delete: remove } = all.store;
    const through = { get: read, set, delete: remove };
    const [first, second] = [all.start({ through }), all.start({ through })];
    const asked = [await asking(first), await asking(second)];
    for (const { asked: one } of asked) one.give(tokenOf('each its own', all.clock.now(), hour));
    await Promise.all(asked.map(({ token }) => token));
    await first.shared.close();
    expect((await all.start({ through }).shared.getToken(request)).value).toBe('each its own');
  });
});

describe('row "lock"', () => {
  it('asks without it after 5 s, and shares what it gets', async () => {
    const all = fleet();
    const holder = await asking(all.start());
    const waiting = all.start();
    const token = waiting.shared.getToken(request);
    await all.clock.advance(4_999);
    expect(waiting.source.asked).toEqual([]);
    await all.clock.advance(1);
    waiting.source.at(0).give(tokenOf('second', all.clock.now(), hour));
    expect((await token).value).toBe('second');
    await waiting.shared.close();
    expect((await all.start().shared.getToken(request)).value).toBe('second');
    // The lock isn't its own, so it isn't given back.
    expect(operations(all)).not.toContain('release');
    holder.asked.fail(failure());
    await expect(holder.token).rejects.toThrow();
  });

  it('asks without it in time for its caller, half of whose time is left for that', async () => {
    const all = fleet();
    await asking(all.start());
    const waiting = all.start();
    const token = waiting.shared.getToken({ ...request, deadline: all.clock.now() + 1_000 });
    await all.clock.advance(499);
    expect(waiting.source.asked).toEqual([]);
    await all.clock.advance(1);
    waiting.source.at(0).give(tokenOf('second', all.clock.now(), hour));
    expect((await token).value).toBe('second');
  });

  it('E29 is not waited for where the store dies meanwhile', async () => {
    const all = fleet();
    await asking(all.start());
    const waiting = all.start();
    const token = waiting.shared.getToken(request);
    await all.clock.advance(1_000);
    all.store.fail('down');
    await all.clock.advance(250);
    waiting.source.at(0).give(tokenOf('second', all.clock.now(), hour));
    expect((await token).value).toBe('second');
    await waiting.shared.close();
    expect(waiting.told()).toEqual(['store.failed']);
  });

  it('E30 is taken by the next within 3 s of its holder’s death', async () => {
    const all = fleet();
    // Nobody extends it.
    await all.store.lock('token:k', 3_000);
    const waiting = all.start();
    const token = waiting.shared.getToken(request);
    await all.clock.advance(2_999);
    expect(waiting.source.asked).toEqual([]);
    await all.clock.advance(501);
    waiting.source.at(0).give(tokenOf('first', all.clock.now(), hour));
    expect((await token).value).toBe('first');
  });

  it('E30 that was lost: the token serves its holder’s callers and isn’t written', async () => {
    const all = fleet();
    const slow = all.start();
    const { token, asked } = await asking(slow);
    all.store.fail('down');
    await all.clock.advance(3_000);
    all.store.recover();
    await get(all, all.start(), 'the newer one');
    asked.give(tokenOf('the older one', all.clock.now(), hour));
    expect((await token).value).toBe('the older one');
    await slow.shared.close();
    expect((await all.start().shared.getToken(request)).value).toBe('the newer one');
  });

  it('E30 that was lost: the failure fails its holder’s callers and isn’t told', async () => {
    const all = fleet();
    const slow = all.start();
    const { token, asked } = await asking(slow);
    all.clock.set(all.clock.now() + hour);
    asked.fail(failure());
    await expect(token).rejects.toThrow('out of order');
    await slow.shared.close();
    expect(operations(all)).not.toContain('set');
  });

  it('is held while its holder asks, however long that takes', async () => {
    const all = fleet();
    const { token, asked } = await asking(all.start());
    const waiting = all.start();
    const other = waiting.shared.getToken(request);
    await all.clock.advance(4_900);
    asked.give(tokenOf('first', all.clock.now(), hour));
    await token;
    await all.clock.advance(100);
    expect((await other).value).toBe('first');
    expect(waiting.source.asked).toEqual([]);
  });

  it('is given back after a failure', async () => {
    const all = fleet();
    const { token, asked } = await asking(all.start());
    asked.fail(failure());
    await expect(token).rejects.toThrow('out of order');
    await asking(all.start());
    expect(operations(all)).toContain('release');
  });
});

describe('row "who renews"', () => {
  const renewing = (all: Fleet, value = 'first'): TokenRequest => ({
    ...request,
    reason: 'renewal',
    present: tokenOf(value, all.clock.now() - hour, hour + 60_000),
  });

  it('is one process; the others keep their token, and look again in a moment', async () => {
    const all = fleet();
    const { asked, token } = await asking(all.start(), renewing(all));
    const other = all.start();
    const second = renewing(all);
    // Not a moment is waited.
    expect(await other.shared.getToken(second)).toBe(second.present);
    expect(other.source.asked).toEqual([]);
    asked.give(tokenOf('second', all.clock.now(), hour));
    await token;
    await until(() => operations(all).includes('release'));
    expect((await other.shared.getToken(second)).value).toBe('second');
    expect(other.events).toEqual([expect.objectContaining({ type: 'token.shared', reason: 'renewal' })]);
  });

  it('is asked for where the store has no other than the present one', async () => {
    const all = fleet();
    await get(all, all.start(), 'first');
    const { asked, token } = await asking(all.start(), renewing(all));
    asked.give(tokenOf('second', all.clock.now(), hour));
    expect((await token).value).toBe('second');
  });

  it('is asked for where the other in the store is due itself', async () => {
    const all = fleet();
    await get(all, all.start(), 'as old');
    await all.clock.advance(hour - 60_000);
    const { asked } = await asking(all.start(), renewing(all));
    expect(asked.request.reason).toBe('renewal');
  });
});

describe('row "the resource answers 401"', () => {
  it('takes the token that was refused out of the store, and asks for another', async () => {
    const all = fleet();
    await get(all, all.start(), 'refused');
    const { asked, token } = await asking(all.start(), { ...request, reason: 'rejected', rejected: ['refused'] });
    expect(await all.store.get('token:k')).toBeUndefined();
    asked.give(tokenOf('second', all.clock.now(), hour));
    expect((await token).value).toBe('second');
  });

  it('takes another that is there, and asks for none', async () => {
    const all = fleet();
    await get(all, all.start(), 'second');
    const late = all.start();
    const token = await late.shared.getToken({ ...request, reason: 'rejected', rejected: ['refused'] });
    expect(token.value).toBe('second');
    expect(late.source.asked).toEqual([]);
  });

  it('drops that very token, and no newer one', async () => {
    const all = fleet();
    const process = all.start();
    const first = await get(all, process, 'first');
    await process.shared.drop(request, tokenOf('an older one', all.clock.now(), hour));
    expect(await all.store.get('token:k')).toBeDefined();
    await process.shared.drop(request, first);
    expect(await all.store.get('token:k')).toBeUndefined();
  });

  it('E13 drops a token that is just being written', async () => {
    const all = fleet();
    const process = all.start();
    const { token, asked } = await asking(process);
    all.store.fail('hang');
    const first = tokenOf('first', all.clock.now(), hour);
    asked.give(first);
    await token;
    const dropping = process.shared.drop(request, first);
    await setImmediate();
    all.store.recover();
    await dropping;
    expect(operations(all).slice(-2)).toEqual(['get', 'delete']);
    expect(await all.store.get('token:k')).toBeUndefined();
  });

  it('E13 waits for what is written for the same key alone, however many are refused at once', async () => {
    const all = fleet();
    const process = all.start();
    const { token, asked } = await asking(process, requestOf('another'));
    all.store.fail('hang');
    asked.give(tokenOf('another', all.clock.now(), hour));
    await token;
    await until(() => all.store.waiting === 1);
    void process.shared.drop(request, tokenOf('first', all.clock.now(), hour));
    await setImmediate();
    // It looks at once, with the other's writing still under way.
    expect(all.store.operations.slice(-2)).toEqual([
      { name: 'set', key: 'token:another' },
      { name: 'get', key: 'token:k' },
    ]);
    all.store.recover();
    await process.shared.close();
  });

  it('E29 fails nobody where the store is down', async () => {
    const all = fleet();
    const process = all.start();
    const first = await get(all, process, 'first');
    all.store.fail('down');
    await process.shared.drop(request, first);
    expect(process.told()).toEqual(['store.failed']);
  });
});

describe('a renewal that another process is at', () => {
  /** A process that holds `first`, due, in memory; another one renews it. */
  async function overtaken() {
    const all = fleet();
    const process = all.start();
    const settings: CacheSettings = {
      client: 'billing',
      clock: all.clock,
      random: () => 0,
      renewal: 'background',
      capacity: 100,
      waitTimeout: 10_000,
      requestTimeout: 4_000,
      expiryMargin: 30_000,
      expiryMarginShare: 0.05,
      renewalMargin: 300_000,
      renewalMarginShare: 0.25,
      renewalJitter: 0.05,
    };
    const cached = new CachedTokenSource(process.shared, settings, patienceOf(settings));
    const held = cached.getToken(request);
    await until(() => process.source.asked.length === 1);
    const first = tokenOf('first', all.clock.now(), hour);
    process.source.at(0).give(first);
    await held;
    await process.shared.close();
    await all.clock.advance(hour - 60_000);
    const other = await asking(all.start(), { ...request, reason: 'renewal', present: first });
    return { all, process, cached, first, other };
  }

  it('is looked for again after a second', async () => {
    const { all, process, cached, first, other } = await overtaken();
    expect(cached.peek(request)).toBe(first);
    await all.clock.advance(0);
    other.asked.give(tokenOf('second', all.clock.now(), hour));
    await other.token;
    await all.clock.advance(999);
    expect(cached.peek(request)).toBe(first);
    await all.clock.advance(1);
    expect(cached.peek(request)).toBe(first);
    await all.clock.advance(0);
    expect(cached.peek(request)?.value).toBe('second');
    expect(process.source.asked).toHaveLength(1);
  });

  it('E13 gives nobody the token that was refused meanwhile', async () => {
    const { all, cached, first, other } = await overtaken();
    expect(cached.peek(request)).toBe(first);
    cached.reject(request, first);
    const next = cached.getToken(request);
    await all.clock.advance(200);
    other.asked.give(tokenOf('second', all.clock.now(), hour));
    await other.token;
    await all.clock.advance(500);
    expect((await next).value).toBe('second');
  });

  it('E04 gives nobody a token that is not handed out any more', async () => {
    const { all, cached, first, other } = await overtaken();
    await all.clock.advance(30_000 - 1);
    expect(cached.peek(request)).toBe(first);
    all.clock.set(all.clock.now() + 1);
    const next = cached.getToken(request);
    await all.clock.advance(200);
    other.asked.give(tokenOf('second', all.clock.now(), hour));
    await other.token;
    await all.clock.advance(500);
    expect((await next).value).toBe('second');
  });
});

describe('row "close"', () => {
  it('waits for what is written, and for what is dropped', async () => {
    const all = fleet();
    const process = all.start();
    const { token, asked } = await asking(process);
    all.store.fail('hang');
    const first = tokenOf('first', all.clock.now(), hour);
    asked.give(first);
    await token;
    void process.shared.drop(request, first);
    const order: string[] = [];
    const closing = process.shared.close().then(() => order.push('closed'));
    await setImmediate();
    order.push('recovered');
    all.store.recover();
    await closing;
    expect(order).toEqual(['recovered', 'closed']);
    expect(operations(all).slice(-4)).toEqual(['set', 'release', 'get', 'delete']);
    expect(all.clock.pending).toBe(0);
  });

  it('E29 waits no longer than the store is given', async () => {
    const all = fleet();
    const process = all.start();
    const { token, asked } = await asking(process);
    all.store.fail('hang');
    asked.give(tokenOf('first', all.clock.now(), hour));
    await token;
    const closing = process.shared.close();
    await all.clock.advance(250);
    await closing;
    expect(all.clock.pending).toBe(0);
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { until } from '../tokens/sharing.ts';
import { startStoreFleet, type StoreFleet } from './store-fleet.ts';

const hour = 3_600_000;

/** Gets a token for the whole fleet, by a process of its own. */
async function filled(fleet: StoreFleet): Promise<string> {
  const process = fleet.start();
  const { value } = await process.client.getAccessToken();
  await process.auth.close();
  return value;
}

describe('row "cold, many callers": a fleet', () => {
  it('E11 asks once for 8 processes with 50 calls each', async () => {
    const fleet = await startStoreFleet();
    const gate = fleet.server.hold(1);
    const processes = Array.from({ length: 8 }, () => fleet.start());
    const calls = processes.flatMap(({ client }) => Array.from({ length: 50 }, () => client.getAccessToken()));
    await fleet.server.waitForRequests(1);
    await fleet.clock.advance(2_000);
    gate.release();
    await until(() => fleet.asked().includes('release'));
    await fleet.clock.advance(500);
    const tokens = await Promise.all(calls);
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1);
    expect(fleet.server.requests).toHaveLength(1);
    const told = processes.flatMap((process) => process.told()).sort();
    expect(told).toEqual(['token.received', 'token.requested', ...processes.slice(1).map(() => 'token.shared')]);
  });

  it('finds what another process has got by one operation in the store', async () => {
    const fleet = await startStoreFleet();
    const token = await filled(fleet);
    const before = fleet.asked().length;
    const calls = Array.from({ length: 50 }, () => fleet.start().client.getAccessToken());
    expect(new Set((await Promise.all(calls)).map(({ value }) => value))).toEqual(new Set([token]));
    expect(fleet.asked().slice(before)).toEqual(Array.from({ length: 50 }, () => 'get'));
  });

  it('does nothing in the store for a call whose token is in memory', async () => {
    const fleet = await startStoreFleet();
    const { client, call } = fleet.start();
    await client.getAccessToken();
    await until(() => fleet.asked().includes('release'));
    const before = fleet.asked().length;
    for (let time = 0; time < 20; time += 1) await client.getAccessToken();
    expect(await call()).toBe(200);
    expect(fleet.asked()).toHaveLength(before);
  });

  it('shares nothing of a client with `store: false`', async () => {
    const fleet = await startStoreFleet();
    await fleet.start({ store: false }).client.getAccessToken();
    await fleet.start({ store: false }).client.getAccessToken();
    expect(fleet.asked()).toEqual([]);
    expect(fleet.server.requests).toHaveLength(2);
  });

  it('shares encrypted tokens by the same keys, and shows none', async () => {
    const fleet = await startStoreFleet();
    const encryptionKeys = [randomBytes(32)];
    const first = fleet.start({}, { encryptionKeys });
    const { value } = await first.client.getAccessToken();
    await first.auth.close();
    expect((await fleet.texts()).join()).not.toContain(value);
    expect((await fleet.start({}, { encryptionKeys }).client.getAccessToken()).value).toBe(value);
    const stranger = fleet.start({}, { encryptionKeys: [randomBytes(32)] });
    expect((await stranger.client.getAccessToken()).value).not.toBe(value);
    expect(stranger.told()).toContain('store.entry_ignored');
  });
});

describe('row "lock": a fleet', () => {
  it('asks without it after 5 s', async () => {
    const fleet = await startStoreFleet();
    const gate = fleet.server.hold(1);
    const slow = fleet.start({ requestTimeout: 9 });
    const first = slow.client.getAccessToken();
    await fleet.server.waitForRequests(1);
    const second = fleet.start().client.getAccessToken();
    await fleet.clock.advance(4_999);
    expect(fleet.server.requests).toHaveLength(1);
    await fleet.clock.advance(1);
    await fleet.server.waitForRequests(2);
    const { value } = await second;
    gate.release();
    expect((await first).value).not.toBe(value);
  });

  it('E30 lets others go on when its holder has died', async () => {
    const fleet = await startStoreFleet();
    const process = fleet.start();
    // What a killed process leaves behind.
    const { key } = await probe(fleet);
    await fleet.store.lock(key, 3_000);
    const token = process.client.getAccessToken();
    await fleet.clock.advance(3_500);
    expect((await token).value).toBe(fleet.server.issuedTokens.at(-1)?.accessToken);
    expect(process.told()).toEqual(['token.requested', 'token.received']);
  });

  /** The key that the fleet's client locks; its token is gone again. */
  async function probe(fleet: StoreFleet) {
    const process = fleet.start();
    await process.client.getAccessToken();
    await process.client.revoke().catch(() => undefined);
    const lock = fleet.store.operations.find(({ name }) => name === 'lock');
    if (lock === undefined) throw new Error('no lock was taken');
    return lock;
  }
});

describe('row "who renews": a fleet', () => {
  it('is one process; the others find its token after a second, and no caller waits', async () => {
    const fleet = await startStoreFleet();
    const first = await filled(fleet);
    const processes = Array.from({ length: 8 }, () => fleet.start());
    const all = () => Promise.all(processes.map(({ client }) => client.getAccessToken()));
    const values = async () => new Set((await all()).map(({ value }) => value));
    await all();
    await fleet.clock.advance(hour - 290_000);
    const gate = fleet.server.hold(1);
    // Each finds it due, and one asks.
    expect(await values()).toEqual(new Set([first]));
    await fleet.server.waitForRequests(2);
    await fleet.clock.advance(999);
    expect(await values()).toEqual(new Set([first]));
    const released = fleet.asked().filter((name) => name === 'release').length;
    gate.release();
    await until(() => fleet.asked().filter((name) => name === 'release').length > released);
    await fleet.clock.advance(1);
    // The look is behind this call.
    await all();
    await fleet.clock.advance(0);
    expect(await values()).toEqual(new Set([fleet.server.issuedTokens[1]?.accessToken]));
    expect(fleet.server.requests).toHaveLength(2);
  });

  it('is asked for by one in the foreground too, and the others keep their token', async () => {
    const fleet = await startStoreFleet();
    const first = await filled(fleet);
    const [one, two] = [fleet.start({ renewal: 'foreground' }), fleet.start({ renewal: 'foreground' })];
    await Promise.all([one.client.getAccessToken(), two.client.getAccessToken()]);
    await fleet.clock.advance(hour - 290_000);
    const gate = fleet.server.hold(1);
    const renewed = one.client.getAccessToken();
    await fleet.server.waitForRequests(2);
    expect((await two.client.getAccessToken()).value).toBe(first);
    gate.release();
    expect((await renewed).value).toBe(fleet.server.issuedTokens[1]?.accessToken);
  });
});

describe('row "expiry in the store": a fleet', () => {
  const skewed = (clock: Clock, milliseconds: number): Clock => ({ ...clock, now: () => clock.now() + milliseconds });

  it('E32 E04 shares one token among hosts whose clocks are hours apart, and none uses it beyond its end', async () => {
    const fleet = await startStoreFleet({ expiresIn: 600 });
    const processes = [0, -5 * hour, 7 * hour].map((skew) => fleet.start({}, { clock: skewed(fleet.clock, skew) }));
    const inTurn = async () => {
      const values: string[] = [];
      for (const { client } of processes) {
        values.push((await client.getAccessToken()).value);
        await until(() => !fleet.asked().includes('lock') || fleet.asked().includes('release'));
      }
      return new Set(values);
    };
    expect((await inTurn()).size).toBe(1);
    expect(fleet.server.requests).toHaveLength(1);
    // 30 s before its end nobody hands it out any more.
    await fleet.clock.advance(570_000);
    const next = await inTurn();
    expect(next).toEqual(new Set([fleet.server.issuedTokens[1]?.accessToken]));
    for (const { call } of processes) expect(await call()).toBe(200);
  });
});

describe('row "close": a process', () => {
  it('waits for what it writes, so that the next one finds it', async () => {
    const fleet = await startStoreFleet();
    const { auth, client } = fleet.start();
    const gate = fleet.server.hold(1);
    const token = client.getAccessToken();
    await fleet.server.waitForRequests(1);
    const closing = auth.close();
    gate.release();
    await closing;
    expect((await fleet.start().client.getAccessToken()).value).toBe((await token).value);
    expect(fleet.clock.pending).toBe(0);
  });

  it('closes the store only then', async () => {
    const fleet = await startStoreFleet();
    const order: string[] = [];
    const store = {
      ...fleet.store,
      set: async (...given: Parameters<typeof fleet.store.set>) => {
        await fleet.store.set(...given);
        order.push('written');
      },
      close: () => Promise.resolve(void order.push('closed')),
    };
    const { auth, client } = fleet.start({}, { store });
    await client.getAccessToken();
    await auth.close();
    expect(order).toEqual(['written', 'closed']);
  });
});

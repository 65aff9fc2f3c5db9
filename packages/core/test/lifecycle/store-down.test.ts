import { describe, expect, it } from 'vitest';
import { until } from '../tokens/sharing.ts';
import { startStoreFleet } from './store-fleet.ts';

const hour = 3_600_000;
const aboutStore = (types: readonly string[]) => types.filter((type) => type.startsWith('store.'));

describe('row "store slow or down": calls go on', () => {
  it('E29 where it is down at the start', async () => {
    const fleet = await startStoreFleet();
    fleet.store.fail('down');
    const process = fleet.start();
    const scopes = Array.from({ length: 20 }, (_, index) => `scope-${index}`);
    for (const scope of scopes) await process.client.getAccessToken({ scope });
    expect(aboutStore(process.told())).toEqual(['store.failed']);
    expect(process.auth.status().store).toBe('skipped');
    expect(fleet.store.operations).toHaveLength(1);
    expect(fleet.server.requests).toHaveLength(20);
  });

  it('E29 where it dies between two calls, and shares again when it is back', async () => {
    const fleet = await startStoreFleet();
    const process = fleet.start();
    await process.client.getAccessToken({ scope: 'a' });
    await until(() => fleet.asked().includes('release'));
    fleet.store.fail('down');
    await process.client.getAccessToken({ scope: 'b' });
    fleet.store.recover();
    await fleet.clock.advance(1_000);
    await process.client.getAccessToken({ scope: 'c' });
    await process.auth.close();
    expect(aboutStore(process.told())).toEqual(['store.failed', 'store.recovered']);
    const other = fleet.start();
    await other.client.getAccessToken({ scope: 'c' });
    expect(other.told()).toEqual(['token.shared']);
  });

  it('E29 where it dies while the token is requested: nobody hears of it but by an event', async () => {
    const fleet = await startStoreFleet();
    const process = fleet.start();
    const gate = fleet.server.hold(1);
    const token = process.client.getAccessToken();
    await fleet.server.waitForRequests(1);
    fleet.store.fail('down');
    await fleet.clock.advance(1_500);
    gate.release();
    expect((await token).tokenType).toBe('Bearer');
    await process.auth.close();
    expect(process.told()).toEqual(['token.requested', 'store.failed', 'token.received']);
  });

  it('E29 after 250 ms where it hangs, and at once after that', async () => {
    const fleet = await startStoreFleet();
    fleet.store.fail('hang');
    const process = fleet.start();
    const calls = Array.from({ length: 50 }, () => process.client.getAccessToken());
    const others = ['a', 'b', 'c'].map((scope) => process.client.getAccessToken({ scope }));
    await fleet.clock.advance(249);
    expect(fleet.server.requests).toHaveLength(0);
    await fleet.clock.advance(1);
    await Promise.all([...calls, ...others]);
    await process.client.getAccessToken({ scope: 'd' });
    expect(aboutStore(process.told())).toEqual(['store.failed']);
    expect(fleet.server.requests).toHaveLength(5);
  });

  it('E29 where it is read-only, with one event for all calls', async () => {
    const fleet = await startStoreFleet();
    const first = fleet.start();
    const { value } = await first.client.getAccessToken();
    await first.auth.close();
    fleet.store.fail('read-only');
    const process = fleet.start();
    // What stands there is found.
    expect((await process.client.getAccessToken()).value).toBe(value);
    for (let second = 0; second < 60; second += 1) {
      await process.client.getAccessToken({ scope: `scope-${second}` });
      await fleet.clock.advance(1_000);
    }
    expect(aboutStore(process.told())).toEqual(['store.failed']);
    fleet.store.recover();
    await fleet.clock.advance(30_000);
    await process.client.getAccessToken({ scope: 'another' });
    expect(aboutStore(process.told())).toEqual(['store.failed', 'store.recovered']);
  });

  it('E29 where it answers ever more slowly: the time is that of all work of one call', async () => {
    const fleet = await startStoreFleet();
    const store = {
      ...fleet.store,
      get: (key: string) =>
        new Promise<Awaited<ReturnType<typeof fleet.store.get>>>((resolve) => {
          fleet.clock.after(130, () => resolve(fleet.store.get(key)));
        }),
    };
    const process = fleet.start({}, { store });
    const token = process.client.getAccessToken();
    await fleet.clock.advance(249);
    expect(fleet.server.requests).toHaveLength(0);
    await fleet.clock.advance(1);
    expect((await token).tokenType).toBe('Bearer');
    expect(aboutStore(process.told())).toEqual(['store.failed']);
  });

  it('E29 for as long as `storeTimeout` says', async () => {
    const fleet = await startStoreFleet();
    fleet.store.fail('hang');
    const process = fleet.start({}, { storeTimeout: 0.05 });
    const token = process.client.getAccessToken();
    await fleet.clock.advance(50);
    expect((await token).tokenType).toBe('Bearer');
  });

  it('E06 with the valid token where a renewal can’t look into it', async () => {
    const fleet = await startStoreFleet();
    const process = fleet.start();
    const { value } = await process.client.getAccessToken();
    await until(() => fleet.asked().includes('release'));
    await fleet.clock.advance(hour - 290_000);
    fleet.store.fail('hang');
    expect((await process.client.getAccessToken()).value).toBe(value);
    await fleet.clock.advance(250);
    await fleet.server.waitForRequests(2);
    await until(() => process.told().includes('token.received') && process.client.peekAccessToken()?.value !== value);
    expect(fleet.server.requests).toHaveLength(2);
  });

  it('E50 where a key of encryption can’t be had, with one event for all calls', async () => {
    const fleet = await startStoreFleet();
    const encryptionKeys = [() => Promise.reject(new Error('the vault is closed'))];
    const process = fleet.start({}, { encryptionKeys });
    await process.client.getAccessToken();
    // No time passes while what encrypts is loaded.
    await until(() => process.told().includes('store.failed'));
    for (let second = 0; second < 60; second += 1) {
      await process.client.getAccessToken({ scope: `scope-${second}` });
      await fleet.clock.advance(1_000);
    }
    expect(aboutStore(process.told())).toEqual(['store.failed']);
    expect(fleet.asked()).not.toContain('set');
    expect(process.events.find(({ type }) => type === 'store.failed')).toMatchObject({
      error: { message: expect.stringContaining('the vault is closed') as unknown },
    });
  });

  it('E50 where a key of encryption never comes', async () => {
    const fleet = await startStoreFleet();
    const process = fleet.start({}, { encryptionKeys: [() => new Promise<never>(() => undefined)] });
    expect((await process.client.getAccessToken()).tokenType).toBe('Bearer');
    const closing = process.auth.close();
    await fleet.clock.advance(10_000);
    await closing;
    expect(aboutStore(process.told())).toEqual(['store.failed']);
  });

  it('E31 with whatever somebody has put there', async () => {
    const fleet = await startStoreFleet();
    const process = fleet.start();
    await process.client.getAccessToken();
    await process.auth.close();
    const keys = [...new Set(fleet.store.operations.map(({ key }) => key))];
    const rubbish = ['', 'null', '{"__proto__":{"format":1}}', '[]', 'x'.repeat(1_000_000), '{"format":1}'];
    for (const text of rubbish) {
      for (const key of keys) await fleet.store.set(key, text, hour);
      const other = fleet.start();
      expect(await other.call()).toBe(200);
      await other.auth.close();
      expect(other.told()).toContain('store.entry_ignored');
      // What was written after it is good again.
      const next = fleet.start();
      expect(await next.call()).toBe(200);
      expect(next.told()).toEqual(['token.shared']);
    }
  });
});

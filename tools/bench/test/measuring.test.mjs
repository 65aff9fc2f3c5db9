import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackages } from '../../playground/build-packages.mjs';
import { thisCore } from '../core-under-test.mjs';
import { atPace } from '../measuring/load.mjs';
import { endpointInside, fill, keysFrom, shuffled } from '../measuring/many-tokens.mjs';
import { measure } from '../measuring/measure.mjs';
import { costAtOnce, costAwaited } from '../measuring/steady.mjs';
import { startServers } from '../servers/servers.mjs';

const [cold] = (await import('../scenarios/cold.mjs')).scenario.cases;

describe('a measurement', () => {
  let servers;
  beforeAll(async () => {
    // Outside of Nx it is built here.
    buildPackages(['core', 'axios']);
    servers = await startServers();
  }, 120_000);
  afterAll(() => servers?.stop());

  async function take(contender, more) {
    const core = thisCore();
    const place = { ...(await servers.realm()), core: { entry: core.entry('import'), folder: core.folder }, ...more };
    return measure({ scenario: 'cold', part: cold.name, contender, place });
  }

  it.each(['hand-rolled.mjs', 'outbound-auth.mjs', 'badgateway.mjs'])(
    'counts what its servers have seen: 1,000 calls of %s are one token request',
    async (contender) => {
      expect(await take(contender)).toEqual({ tokenRequests: 1, wall: expect.any(Number) });
    },
  );

  it('counts each of the 1,000 of a contender that does not share them', async () => {
    expect(await take('msal.mjs')).toMatchObject({ tokenRequests: 1_000 });
  }, 30_000);

  it('that fails comes with its error', async () => {
    const { error } = await take('hand-rolled.mjs', { tokenEndpoint: 'http://127.0.0.1:1/token' });
    expect(error).toMatch(/fetch failed/);
  });
});

describe('the load', () => {
  it('is as many calls as its pace and time say', async () => {
    let calls = 0;
    await atPace(1_000, 0.05, async () => (calls += 1));
    expect(calls).toBe(50);
  });

  it('is over when all of its calls are', async () => {
    const order = [];
    let open;
    const gate = new Promise((resolve) => (open = resolve));
    const load = atPace(1_000, 0.002, () => gate).then(() => order.push('load'));
    // Longer than the load would take if it waited for nothing.
    await atPace(1_000, 0.05, async () => undefined);
    order.push('gate');
    open();
    await load;
    expect(order).toEqual(['gate', 'load']);
  });
});

describe('the keys', () => {
  it('are all looked up, each once, in the same order every time', () => {
    const keys = keysFrom(5, 100);
    expect(shuffled(keys)).not.toEqual(keys);
    expect(shuffled(keys)).toEqual(shuffled(keys));
    expect(shuffled(keys).toSorted()).toEqual(keys.toSorted());
  });

  it('get a token each, of the length that is wanted', async () => {
    const endpoint = endpointInside(40);
    const tokens = [];
    await fill(async () => tokens.push((await (await endpoint()).json()).access_token), keysFrom(0, 10), 4);
    expect(new Set(tokens).size).toBe(10);
    expect(tokens.every((token) => token.length === 40)).toBe(true);
  });
});

describe('the cost of a call', () => {
  it('refuses a call that gives nothing, which a compiler could leave out', async () => {
    globalThis.gc ??= () => undefined;
    await expect(costAtOnce(() => undefined)).rejects.toThrow('the calls gave nothing');
  });

  it('has time and bytes', async () => {
    globalThis.gc ??= () => undefined;
    const { ns, bytes } = await costAwaited(async () => [1, 2, 3]);
    expect(ns).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThanOrEqual(0);
  });
});

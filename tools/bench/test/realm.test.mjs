import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Realm } from '../servers/realm.mjs';

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

async function headerFrom(realm) {
  const { body } = await realm.token();
  return `${body.token_type} ${body.access_token}`;
}

describe('a realm', () => {
  it("counts a token's time from its answer, in ms, and what is sent after it", async () => {
    const realm = new Realm({ lifetime: 2_000 });
    const header = await headerFrom(realm);
    vi.advanceTimersByTime(1_999);
    expect(realm.api(header)).toBe(200);
    vi.advanceTimersByTime(1);
    expect(realm.api(header)).toBe(401);
    expect(realm.report()).toMatchObject({ tokenRequests: 1, apiCalls: 2, unauthorized: 1, expired: 1 });
  });

  it('refuses what it has not made, has revoked, or is told to', async () => {
    const realm = new Realm({});
    const header = await headerFrom(realm);
    expect([realm.api(), realm.api('Bearer other'), realm.api(header)]).toEqual([401, 401, 200]);
    realm.revokeAll();
    expect([realm.api(header), realm.api(await headerFrom(realm))]).toEqual([401, 200]);
    const refusing = new Realm({ refuses: true });
    expect(refusing.api(await headerFrom(refusing))).toBe(401);
    expect(realm.report().expired).toBe(0);
  });

  it('is out for a while after its first token', async () => {
    const realm = new Realm({ outage: { after: 3_000, lasts: 2_000 } });
    const statuses = [];
    for (const pause of [0, 2_999, 1, 1_999, 1]) {
      vi.advanceTimersByTime(pause);
      statuses.push((await realm.token()).status);
    }
    expect(statuses).toEqual([200, 200, 503, 503, 200]);
  });

  it('is out from the first renewal on, whenever that comes', async () => {
    const realm = new Realm({ outage: { atRenewal: true, lasts: 2_000 } });
    const statuses = [];
    for (const pause of [0, 9_000, 1_999, 1]) {
      vi.advanceTimersByTime(pause);
      statuses.push((await realm.token()).status);
    }
    expect(statuses).toEqual([200, 503, 503, 200]);
    expect(realm.report().outageUntil).toBe(1_000_000 + 9_000 + 2_000);
  });

  it('binds a token to a proof', async () => {
    const { body } = await new Realm({}).token('a proof');
    expect(body.token_type).toBe('DPoP');
  });
});

import type { RecordedRequest } from '@outbound-auth/testing';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { password } from '../../src/grants/password.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { until } from '../tokens/sharing.ts';
import { startStoreFleet, type StoreFleet } from './store-fleet.ts';

describe('row "the resource answers 401": a fleet', () => {
  it('takes the token out for all, and gets one other', async () => {
    const fleet = await startStoreFleet();
    const [one, two, three] = [fleet.start(), fleet.start(), fleet.start()];
    expect(await one.call()).toBe(200);
    await until(() => fleet.asked().includes('release'));
    expect(await two.call()).toBe(200);
    fleet.server.revokeAll();
    expect(await one.call()).toBe(200);
    await until(() => fleet.asked().filter((name) => name === 'release').length === 2);
    expect(fleet.server.requests).toHaveLength(2);
    // This one has the old token in memory, and finds the other in the store. This one never had one.
    expect(await two.call()).toBe(200);
    expect(await three.call()).toBe(200);
    expect(fleet.server.requests).toHaveLength(2);
    expect(two.told()).toEqual(['token.shared', 'token.rejected', 'token.shared']);
  });

  it('E15 leaves the newer token in the store when a process is late with the old one', async () => {
    const fleet = await startStoreFleet();
    const [one, late] = [fleet.start(), fleet.start()];
    await one.call();
    await until(() => fleet.asked().includes('release'));
    await late.call();
    fleet.server.revokeAll();
    await one.call();
    await until(() => fleet.asked().filter((name) => name === 'release').length === 2);
    const deleted = fleet.asked().filter((name) => name === 'delete').length;
    await late.call();
    await late.auth.close();
    expect(fleet.asked().filter((name) => name === 'delete')).toHaveLength(deleted);
    expect((await fleet.start().client.getAccessToken()).value).toBe(fleet.server.issuedTokens[1]?.accessToken);
  });

  it('E14 gets one other for 64 calls in 4 processes', async () => {
    const fleet = await startStoreFleet();
    const processes = Array.from({ length: 4 }, () => fleet.start());
    for (const { call } of processes) {
      await call();
      await until(() => fleet.asked().includes('release'));
    }
    fleet.server.revokeAll();
    const gate = fleet.server.hold(1);
    const calls = processes.flatMap(({ call }) => Array.from({ length: 16 }, () => call()));
    await fleet.server.waitForRequests(2);
    await until(() => fleet.api.requests.length === 4 + 64);
    gate.release();
    await until(() => fleet.asked().filter((name) => name === 'release').length === 2);
    await until(() => fleet.clock.pending >= 3);
    await fleet.clock.advance(500);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
    expect(fleet.server.requests).toHaveLength(2);
  });

  it('goes on where the store is down meanwhile', async () => {
    const fleet = await startStoreFleet();
    const one = fleet.start();
    await one.call();
    await until(() => fleet.asked().includes('release'));
    fleet.store.fail('down');
    fleet.server.revokeAll();
    expect(await one.call()).toBe(200);
    expect(one.told().filter((type) => type.startsWith('store.'))).toEqual(['store.failed']);
    // Back again, it still holds the old token: that is found out once.
    fleet.store.recover();
    const two = fleet.start();
    expect(await two.call()).toBe(200);
    expect(two.told()).toEqual(['token.shared', 'token.rejected', 'token.requested', 'token.received']);
  });

  it('leaves a closed store alone when a call that drains is refused', async () => {
    const fleet = await startStoreFleet();
    const one = fleet.start();
    await one.call();
    await one.auth.close();
    fleet.server.revokeAll();
    const before = fleet.asked().length;
    expect(await one.call()).toBe(401);
    expect(fleet.asked()).toHaveLength(before);
  });

  it('never comes back to a refused token that a store, read-only since, still holds', async () => {
    const fleet = await startStoreFleet();
    const one = fleet.start();
    await one.call();
    await until(() => fleet.asked().includes('release'));
    fleet.store.fail('read-only');
    for (let time = 0; time < 3; time += 1) {
      fleet.server.revokeAll();
      expect(await one.call()).toBe(200);
      // The store is looked at again.
      await fleet.clock.advance(31_000);
    }
    expect(one.told()).not.toContain('unauthorized.handed_on');
    expect(one.told()).not.toContain('token.shared');
  });
});

describe('revoke() in a fleet', () => {
  /** A process that may revoke, and the tokens that were revoked. */
  async function revoking(changes: Partial<ClientOptions> = {}, given?: Parameters<StoreFleet['start']>[1]) {
    const fleet = await startStoreFleet();
    const revocationEndpoint = `${fleet.server.tokenEndpoint}?revoke`;
    const isRevocation = ({ path }: RecordedRequest) => path.endsWith('?revoke');
    fleet.server.respondWith((request) => (isRevocation(request) ? { status: 200 } : undefined));
    const revoked = () => fleet.server.requests.filter(isRevocation).map(({ parameters }) => parameters.get('token'));
    return { fleet, start: () => fleet.start({ revocationEndpoint, ...changes }, given), revoked };
  }

  it('takes the token out of the store: whoever asks next gets another', async () => {
    const { fleet, start, revoked } = await revoking();
    const one = start();
    const { value } = await one.client.getAccessToken();
    await one.client.revoke();
    expect(revoked()).toEqual([value]);
    expect(await fleet.texts()).toEqual([]);
    expect((await start().client.getAccessToken()).value).not.toBe(value);
  });

  it('E13 takes out a token that was just under way', async () => {
    const { fleet, start } = await revoking();
    const one = start();
    const gate = fleet.server.hold(1);
    const token = one.client.getAccessToken();
    await fleet.server.waitForRequests(1);
    const ending = one.client.revoke();
    gate.release();
    await token;
    await ending;
    expect(await fleet.texts()).toEqual([]);
  });

  it('takes out what another process has got, and is not known here', async () => {
    const { fleet, start, revoked } = await revoking();
    const one = start();
    const { value } = await one.client.getAccessToken();
    await one.auth.close();
    const two = start();
    await two.client.revoke();
    expect(revoked()).toEqual([value]);
    expect(await fleet.texts()).toEqual([]);
    expect((await two.client.getAccessToken()).value).not.toBe(value);
  });

  it('takes out both where another process has got a newer one', async () => {
    const { fleet, start, revoked } = await revoking();
    const [late, one] = [start(), start()];
    const first = await late.client.getAccessToken();
    await until(() => fleet.asked().includes('release'));
    await one.call();
    fleet.server.revokeAll();
    await one.call();
    await one.auth.close();
    await late.client.revoke();
    expect(revoked()).toEqual([first.value, fleet.server.issuedTokens[1]?.accessToken]);
    expect(await fleet.texts()).toEqual([]);
  });

  it('E29 revokes what is known here where the store is down', async () => {
    const { fleet, start, revoked } = await revoking();
    const one = start();
    const { value } = await one.client.getAccessToken();
    await until(() => fleet.asked().includes('release'));
    fleet.store.fail('down');
    await one.client.revoke();
    expect(revoked()).toEqual([value]);
  });

  describe('of a session', () => {
    const refreshed = { access_token: 'an-access-token', refresh_token: 'a-refresh-token', expires_in: 3_600 };
    const grant = password({ username: 'grace', password: 'the-password' });
    const encryptionKeys = [randomBytes(32)];

    /** A process with a session, its access token in memory. */
    async function inSession() {
      const { fleet, start, revoked } = await revoking({ grant }, { encryptionKeys });
      const one = start();
      fleet.server.respondOnce({ body: refreshed });
      await one.client.getAccessToken();
      // The lock of the session, and that of the token.
      await until(() => fleet.asked().filter((name) => name === 'release').length === 2);
      return { fleet, one, revoked };
    }

    it('E29 fails where the store, and with it the refresh token, is down; what is known here is revoked', async () => {
      const { fleet, one, revoked } = await inSession();
      fleet.store.fail('down');
      const error = await failureOf(one.client.revoke());
      expect(error).toMatchObject({ code: 'session_unavailable', retryAfter: 1 });
      expect(error.message).toContain('its session is not ended, for the store, where its session is kept, does not');
      expect(one.client.peekAccessToken()).toBeUndefined();
      expect(revoked()).toEqual(['an-access-token']);
      fleet.store.recover();
      await fleet.clock.advance(1_000);
      await one.client.revoke();
      expect(revoked()).toEqual(['an-access-token', 'a-refresh-token', 'an-access-token']);
    });

    it('E30 fails where another process has its lock all the time', async () => {
      const { fleet, one, revoked } = await inSession();
      const session = fleet.store.operations.find(({ key }) => key.startsWith('session:'))?.key ?? '';
      await fleet.store.lock(session, 60_000);
      const failed = failureOf(one.client.revoke());
      await fleet.clock.advance(6_000);
      expect((await failed).message).toContain('other processes have used its session all the time (lockTimeout)');
      expect(one.client.peekAccessToken()).toBeUndefined();
      expect(revoked()).toEqual(['an-access-token']);
    });
  });
});

import { manualClock, memoryStore, startAuthorizationServer } from '@outbound-auth/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { keys, pemOf } from '../assertions/keys.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { until } from '../tokens/sharing.ts';
import { startStoreFleet, type StoreFleet } from './store-fleet.ts';

const wrong = { clientSecret: 'a wrong secret' };

/** Has a process refused, and waits until it has told the others. */
async function refused(fleet: StoreFleet, changes: Partial<ClientOptions> = wrong) {
  const process = fleet.start(changes);
  const error = await failureOf(process.client.getAccessToken());
  await process.auth.close();
  return error;
}

describe('row "refused": a fleet', () => {
  it('asks once for all processes with the same secret, and for all their tokens', async () => {
    const fleet = await startStoreFleet({ clients: {} });
    const first = await refused(fleet);
    expect(first).toMatchObject({ code: 'token_request_refused', server: { status: 401, error: 'invalid_client' } });
    for (const scope of [undefined, 'read', 'write']) {
      const process = fleet.start(wrong);
      const error = await failureOf(process.client.getAccessToken({ scope }));
      expect(error).toMatchObject({ message: first.message, retryAfter: 5, server: { error: 'invalid_client' } });
      expect(process.told()).toEqual(['token.held_back']);
    }
    expect(fleet.server.requests).toHaveLength(1);
  });

  it('lets one go first when that is over, and holds twice as long', async () => {
    const fleet = await startStoreFleet({ clients: {} });
    await refused(fleet);
    const processes = [fleet.start(wrong), fleet.start(wrong)];
    for (const { client } of processes) await failureOf(client.getAccessToken());
    await fleet.clock.advance(5_000);
    const gate = fleet.server.hold(1);
    const failures = processes.map(({ client }) => failureOf(client.getAccessToken()));
    await fleet.server.waitForRequests(2);
    await fleet.clock.advance(500);
    gate.release();
    await until(() => fleet.asked().filter((name) => name === 'release').length >= 2);
    await fleet.clock.advance(500);
    const errors = await Promise.all(failures);
    expect(fleet.server.requests).toHaveLength(2);
    expect(errors.map(({ retryAfter = 10 }) => retryAfter > 9)).toEqual([true, true]);
  });

  it('E53 refuses nobody who has another secret', async () => {
    const fleet = await startStoreFleet({ clients: {} });
    await refused(fleet);
    const process = fleet.start();
    expect((await process.client.getAccessToken()).value).toBe(fleet.server.issuedTokens[0]?.accessToken);
    expect(process.told()).toEqual(['token.requested', 'token.received']);
  });

  it('E27 ends for a process whose secret has changed', async () => {
    const fleet = await startStoreFleet({ clients: {} });
    await refused(fleet);
    let secret = 'a wrong secret';
    const process = fleet.start({ clientSecret: () => secret });
    await failureOf(process.client.getAccessToken());
    secret = fleet.client.clientSecret;
    await fleet.clock.advance(1_000);
    // Behind this call it is found out, if it wasn't before.
    await process.client.getAccessToken().catch(() => undefined);
    await fleet.clock.advance(0);
    expect((await process.client.getAccessToken()).tokenType).toBe('Bearer');
    expect(fleet.server.requests).toHaveLength(2);
  });

  it('E25 shows no secret in the store, nor what it could be found by', async () => {
    const fleet = await startStoreFleet({ clients: {} });
    await refused(fleet, { clientSecret: 'a-weak-secret' });
    await refused(fleet, { clientAuthentication: privateKeyJwt(pemOf(keys.p256.privateKey)) });
    const texts = (await fleet.texts()).join();
    expect(texts).toContain('invalid_client');
    for (const secret of ['a-weak-secret', 'PRIVATE KEY', String(keys.p256.privateKey.export({ format: 'jwk' }).d)]) {
      expect(texts).not.toContain(secret);
    }
  });

  it('is shared by processes with the same private key', async () => {
    const fleet = await startStoreFleet({ clients: {} });
    const key = pemOf(keys.p256.privateKey);
    await refused(fleet, { clientAuthentication: privateKeyJwt(key) });
    await refused(fleet, { clientAuthentication: privateKeyJwt(key) });
    expect(fleet.server.requests).toHaveLength(1);
    const other = privateKeyJwt(pemOf(keys.p384.privateKey));
    await refused(fleet, { clientAuthentication: other });
    expect(fleet.server.requests).toHaveLength(2);
  });
});

describe('row "endpoint failing, no token in hand": a fleet', () => {
  it('tells it the others for a moment, who wait for the end of it', async () => {
    const fleet = await startStoreFleet();
    fleet.server.respondWith(() => ({ status: 503 }));
    const first = fleet.start({ attempts: 1, waitTimeout: 0.3 });
    await failureOf(first.client.getAccessToken());
    await first.auth.close();
    fleet.server.respondWith(undefined);
    const second = fleet.start();
    const token = second.client.getAccessToken();
    await fleet.clock.advance(374);
    expect(second.told()).toEqual(['token.held_back']);
    expect(fleet.server.requests).toHaveLength(1);
    await fleet.clock.advance(1);
    expect((await token).tokenType).toBe('Bearer');
    expect(fleet.server.requests).toHaveLength(2);
  });

  it('holds all processes for as long as `Retry-After` says', async () => {
    const fleet = await startStoreFleet();
    fleet.server.respondOnce({ status: 429, headers: { 'retry-after': '20' } });
    const first = fleet.start();
    await failureOf(first.client.getAccessToken());
    await first.auth.close();
    const error = await failureOf(fleet.start().client.getAccessToken({ scope: 'another' }));
    // A tenth longer, as chance would have it.
    expect(error).toMatchObject({ code: 'token_endpoint_failed', retryAfter: 22, status: 503 });
    await fleet.clock.advance(22_000);
    expect((await fleet.start().client.getAccessToken()).tokenType).toBe('Bearer');
    expect(fleet.server.requests).toHaveLength(2);
  });
});

describe('E53 tenants in one store', () => {
  it('never get each other’s token, nor each other’s refusal, though client id and server are the same', async () => {
    const clock = manualClock();
    const server = await startAuthorizationServer({ clients: { orders: 'right' }, clock });
    const { tokenEndpoint } = server;
    const store = memoryStore({ clock });
    const start = () =>
      createOutboundAuth({
        clients: {},
        clock,
        store,
        resolveClient: (name) => ({
          tokenEndpoint,
          clientId: 'orders',
          clientSecret: name === 'two' ? 'wrong' : 'right',
          attachTo: ['https://api.example'],
        }),
      });
    const [first, second] = [start(), start()];
    onTestFinished(() => server.close());
    const one = await (await first.tenant('one')).getAccessToken();
    const two = await failureOf((await first.tenant('two')).getAccessToken());
    await first.close();
    expect(two.server).toEqual({ status: 401, error: 'invalid_client' });
    // In another process too, where all of that is read from the store.
    expect((await (await second.tenant('one')).getAccessToken()).value).toBe(one.value);
    expect((await failureOf((await second.tenant('two')).getAccessToken())).code).toBe('token_request_refused');
    expect((await (await second.tenant('three')).getAccessToken()).value).not.toBe(one.value);
    expect(server.requests).toHaveLength(3);
    await second.close();
  });
});

import assert from 'node:assert/strict';
import { type ClientRequest, request } from 'node:http';
import type { Socket } from 'node:net';
import { withoutLooseEnds } from '../loose-ends.ts';
import type { Addresses, MountChanges } from './mount-of.ts';
import type { ProxyScenario, ProxySuite } from './proxy-scenario.ts';
import { playSockets, type SocketScene } from './socket-scene.ts';

const live = ({ live: target }: Addresses): MountChanges[] => [{ target: `${target}/v2` }];

/** WebSockets, on which no middleware runs. */
export function proxiedSockets(suite: ProxySuite): void {
  const test = (
    title: string,
    body: (scene: ProxyScenario, sockets: SocketScene) => Promise<void>,
    mounts: (addresses: Addresses) => readonly MountChanges[] = live,
  ): void =>
    suite.test(title, (scene) => playSockets(scene, suite.harness, (sockets) => body(scene, sockets)), { mounts });

  test('E49 connects with the client’s token, and never with what the caller sent', async (scene, sockets) => {
    const headers = {
      authorization: 'Bearer of-the-caller',
      cookie: 'session=of-the-caller',
      dpop: 'of-the-caller',
      'x-own': 'kept',
    };
    const socket = await sockets.open('/billing/socket?room=1', headers);
    assert.equal(await socket.ask('hello'), 'hello');
    const [arrived] = sockets.arrived;
    assert.equal(arrived?.url, '/v2/socket?room=1');
    assert.equal(arrived.headers.authorization, `Bearer ${scene.server.issuedTokens[0]?.accessToken}`);
    assert.equal(arrived.headers['x-own'], 'kept');
    assert.ok(!JSON.stringify(arrived.rawHeaders).includes('of-the-caller'));
  });

  test('E49 keeps a socket open that outlives its token', async ({ server, clock }, sockets) => {
    const socket = await sockets.open('/billing/socket');
    assert.equal(await socket.ask('before'), 'before');
    server.revokeAll();
    await clock.advance(7_200_000);
    assert.equal(await socket.ask('after'), 'after');
    await sockets.open('/billing/socket');
    assert.equal(server.requests.length, 2);
  });

  test('E49 hands on a 401, drops the token and tries no second time; the next has a new one', async (scene, sockets) => {
    await sockets.open('/billing/socket');
    scene.server.revokeAll();
    const { status, headers } = await sockets.refused('/billing/socket');
    assert.equal(status, 401);
    assert.match(String(headers['www-authenticate']), /invalid_token/);
    assert.equal(sockets.arrived.length, 2);
    await sockets.open('/billing/socket');
    const tokens = sockets.arrived.map((arrived) => arrived.headers.authorization);
    assert.equal(tokens[1], tokens[0]);
    assert.notEqual(tokens[2], tokens[1]);
    assert.equal(scene.server.requests.length, 2);
  });

  test('E49 refuses by the status of what keeps the token from being had', async ({ server }, sockets) => {
    server.respondWith(() => ({ status: 429, headers: { 'retry-after': '60' } }));
    const { status, headers } = await sockets.refused('/billing/socket');
    assert.equal(status, 503);
    assert.match(String(headers['retry-after']), /^[67]\d$/);
    assert.equal(sockets.arrived.length, 0);
  });

  test(
    'E49 acts for the user whose bearer token the request comes with, and refuses one without',
    async (_scene, sockets) => {
      assert.equal((await sockets.refused('/users/socket')).status, 401);
      assert.equal((await sockets.refused('/users/socket', { authorization: 'Basic dXNlcg==' })).status, 401);
      assert.equal(sockets.arrived.length, 0);
    },
    ({ api }) => [{ path: '/users', client: 'ledger', target: `${api}/users` }],
  );

  test('E49 lets no caller have the token dropped, by naming it in Connection', async (scene, sockets) => {
    const arrived = new Promise((resolve) => scene.live.server.once('upgrade', resolve));
    const asking = upgrading(scene, 'x-api-key, Upgrade, Authorization').end();
    await arrived;
    asking.destroy();
    assert.equal(sockets.arrived[0]?.headers.connection?.trim(), 'Upgrade');
  });

  test('E49 sends nothing for a caller who went away while the token was awaited', async (scene, sockets) => {
    const { server, application } = scene;
    const held = server.hold(1);
    await withoutLooseEnds(async () => {
      const gone = upgrading(scene, 'Upgrade');
      const connected = new Promise<Socket>((resolve) => application.once('connection', resolve));
      gone.end();
      const socket = await connected;
      await server.waitForRequests(1);
      gone.socket?.resetAndDestroy();
      if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
      held.release();
      await sockets.open('/billing/socket');
    });
    assert.equal(sockets.arrived.length, 1);
  });

  test('E49 leaves the WebSockets of others alone', async (_scene, sockets) => {
    sockets.serveOthers('/billings');
    assert.equal(await (await sockets.open('/billings')).ask('hello'), 'other: hello');
    assert.equal(await (await sockets.open('/billing/socket')).ask('hello'), 'hello');
    assert.equal(sockets.arrived.length, 1);
  });

  test('E49 E21 sends nothing to a path outside attachTo', async ({ proxyFailures }, sockets) => {
    await assert.rejects(sockets.refused('/billing/..%2fadmin'));
    assert.match(String(proxyFailures), /outside attachTo/);
    assert.equal(sockets.arrived.length, 0);
  });

  test(
    'E49 E21 sends nothing where the proxy leads elsewhere',
    async ({ proxyFailures, elsewhere }, sockets) => {
      await assert.rejects(sockets.refused('/billing/socket'));
      assert.match(String(proxyFailures), /outside attachTo/);
      assert.equal(elsewhere.requests.length, 0);
    },
    (addresses) => live(addresses).map((mount) => ({ ...mount, proxy: { target: `${addresses.elsewhere}/v2` } })),
  );

  test(
    'E49 lets nothing through that the proxy takes by itself: the caller’s own token would go with it',
    async ({ proxyFailures }, sockets) => {
      await assert.rejects(sockets.refused('/billing/socket', { authorization: 'Bearer of-the-caller' }));
      assert.match(String(proxyFailures), /put its upgrade\(\) around the proxy's/);
      assert.equal(sockets.arrived.length, 0);
    },
    (addresses) => live(addresses).map((mount) => ({ ...mount, lacks: 'upgrade' })),
  );
}

function upgrading({ origin }: ProxyScenario, connection: string): ClientRequest {
  const headers = { connection, upgrade: 'websocket' };
  return request(`${origin}/billing/socket`, { agent: false, headers }).on('error', () => undefined);
}

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { withoutLooseEnds } from '../loose-ends.ts';
import type { ProxyScenario, ProxySuite } from './proxy-scenario.ts';

/** Callers that don't wait for the end. */
export function proxiedCallers({ test }: ProxySuite): void {
  test('E37 sends nothing for a caller who went away while the token was awaited', async (scene) => {
    const { server, api, origin, application } = scene;
    const held = server.hold(1);
    await withoutLooseEnds(async () => {
      const gone = request(`${origin}/billing/invoices`, { agent: false });
      gone.on('error', () => undefined);
      const connected = new Promise<Socket>((resolve) => application.once('connection', resolve));
      gone.end();
      const socket = await connected;
      await server.waitForRequests(1);
      gone.destroy();
      // The application has heard of it.
      if (!socket.closed) await once(socket, 'close');
      held.release();
      await servesOn(scene);
    });
    assert.deepEqual(
      api.requests.map(({ path }) => path),
      ['/v2/on'],
    );
  });

  test('E37 a caller who goes away in the middle of an upload harms no other', async (scene) => {
    const { api, origin } = scene;
    await withoutLooseEnds(async () => {
      await servesOn(scene);
      const gone = request(`${origin}/billing/invoices`, { agent: false, method: 'POST' });
      gone.on('error', () => undefined);
      gone.write('the first half');
      await once(gone, 'socket');
      await new Promise((resolve) => gone.write('and more', resolve));
      const closed = new Promise((resolve) => gone.once('close', resolve));
      gone.destroy();
      await closed;
      await servesOn(scene);
    });
    assert.ok(api.requests.every(({ path }) => path === '/v2/on'));
  });
}

async function servesOn({ call }: ProxyScenario): Promise<void> {
  assert.equal((await call('/billing/on')).status, 200);
}

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { withoutLooseEnds } from '../loose-ends.ts';
import type { ProxyChanges, ProxyScenario, ProxySuite } from './proxy-scenario.ts';

const mounts: NonNullable<ProxyChanges['mounts']> = ({ live }) => [{ target: live }];

/** Callers that don't wait for the end. */
export function proxiedCallers({ test }: ProxySuite): void {
  test(
    'E37 opens no connection for a caller who went away while the token was awaited',
    async (scene) => {
      const { server, application, live } = scene;
      let connections = 0;
      live.server.on('connection', () => (connections += 1));
      const held = server.hold(1);
      await withoutLooseEnds(async () => {
        const connected = new Promise<Socket>((resolve) => application.once('connection', resolve));
        const gone = calling(scene).end();
        const socket = await connected;
        await server.waitForRequests(1);
        gone.destroy();
        // The application has heard of it.
        if (!socket.closed) await once(socket, 'close');
        held.release();
        await servesOn(scene);
      });
      assert.equal(connections, 1);
    },
    { mounts },
  );

  test(
    'E37 ends the upload of a caller who goes away in the middle of it, and harms no other',
    async (scene) => {
      const arrived = new Promise<IncomingMessage>((resolve) => scene.live.server.once('request', resolve));
      await withoutLooseEnds(async () => {
        const gone = calling(scene, { method: 'POST' });
        gone.write('the first half');
        const upload = await arrived;
        const ended = new Promise((resolve) => upload.once('close', resolve));
        gone.destroy();
        await ended;
        assert.equal(upload.complete, false);
        await servesOn(scene);
      });
    },
    { mounts },
  );
}

function calling({ origin }: ProxyScenario, options: RequestOptions = {}): ClientRequest {
  return request(`${origin}/billing/gone`, { agent: false, ...options }).on('error', () => undefined);
}

async function servesOn({ call }: ProxyScenario): Promise<void> {
  assert.equal((await call('/billing/on', { body: 'on' })).body, 'on');
}

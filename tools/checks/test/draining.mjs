import { connect } from 'node:net';
import { expect, vi } from 'vitest';

/** Ends a service while it serves a request that will need another token: that one is answered before it ends. */
export async function endWhileServing({ origin, stop }, { server, api }, path, headers = {}) {
  server.revokeAll();
  const refusal = api.hold(1);
  const [seen, asked] = [api.requests.length, server.requests.length];
  // A connection that is kept alive would keep the server too, for as long as its framework has it.
  const answer = fetch(`${origin}${path}`, { headers: { ...headers, connection: 'close' } });
  answer.catch(() => undefined);
  await api.waitForRequests(seen + 1);
  const ended = stop('SIGTERM');
  await vi.waitUntil(() => refuses(origin), { timeout: 10_000 });
  expect(server.requests).toHaveLength(asked);
  refusal.release();
  expect((await answer).status).toBe(200);
  expect(server.requests).toHaveLength(asked + 1);
  return ended;
}

// A server that closes takes no new connection, at once.
function refuses(origin) {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(false));
    socket.once('error', () => resolve(true));
  }).finally(() => socket.destroy());
}

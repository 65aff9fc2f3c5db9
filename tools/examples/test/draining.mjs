import { expect, vi } from 'vitest';

/** Ends an example while it serves a request that has no token yet: that one is still answered. */
export async function endWhileServing({ origin, stop }, { server }, path, headers = {}) {
  const tokens = server.hold();
  // A connection that is kept alive would keep the server too, for as long as its framework has it.
  const answer = fetch(`${origin}${path}`, { headers: { ...headers, connection: 'close' } });
  await server.waitForRequests(server.requests.length + 1);
  const ended = stop('SIGTERM');
  await vi.waitUntil(() => refuses(origin), { timeout: 10_000 });
  tokens.release();
  expect((await answer).status).toBe(200);
  return ended;
}

// A server that closes takes no new connection, at once.
async function refuses(origin) {
  try {
    await fetch(origin, { headers: { connection: 'close' } });
    return false;
  } catch {
    return true;
  }
}

import { type AuthorizationServer, startAuthorizationServer } from '@outbound-auth/testing';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('alone.mjs', import.meta.url));

const servers: AuthorizationServer[] = [];
let told: unknown[] = [];

/** One thing to do in a process of its own, and the server that it meets there. */
async function scene(name: string, script: (server: AuthorizationServer) => void, options: object = {}) {
  const server = await startAuthorizationServer({ expiresIn: 60 * 86_400 });
  servers.push(server);
  script(server);
  const { tokenEndpoint, issuer } = server;
  return [name, { tokenEndpoint, clientId: 'orders', clientSecret: 'a-secret', attachTo: [issuer], ...options }];
}

const fails = (times: number) => (server: AuthorizationServer) => {
  for (let request = 0; request < times; request += 1) server.respondOnce({ status: 503 });
};

// One process for all, as most of the time goes into its start.
beforeAll(async () => {
  const scenes = [
    await scene('uses', fails(0), { keepWarm: true }),
    await scene('uses', fails(4)),
    await scene('leaves', (server) => {
      server.respondOnce({ status: 429, headers: { 'retry-after': '9' } });
    }),
    await scene('closes', fails(1)),
    await scene('closesStore', fails(0)),
    await scene('revokes', fails(0)),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(scenes)]);
  told = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}, 60_000);
afterAll(() => Promise.all(servers.map((server) => server.close())));

describe('E05 a process', () => {
  it('that keeps a token of 60 days warm is not kept alive for that', () => {
    expect(told[0]).toEqual({ scene: 'uses', result: true, timers: 0 });
    expect(servers[0]?.requests).toHaveLength(1);
  });

  it('lives while a caller waits through pauses and holds, and no longer', () => {
    expect(told[1]).toEqual({ scene: 'uses', result: true, timers: 0 });
    expect(servers[1]?.requests).toHaveLength(5);
  });

  it('is not kept alive for a caller that has given up', () => {
    expect(told[2]).toEqual({ scene: 'leaves', result: 'gave up', timers: 0 });
  });

  it('row "close": lives until a flight that nobody waits for has ended, where somebody waits for that', () => {
    expect(told[3]).toEqual({ scene: 'closes', result: 'closed', timers: 0 });
    expect(servers[3]?.requests).toHaveLength(2);
  });

  it('row "close": lives until what is written has ended, where somebody waits for that', () => {
    expect(told[4]).toEqual({ scene: 'closesStore', result: 'closed', timers: 0 });
  });

  it('lives while somebody waits for the end of a session whose lock another process has', () => {
    expect(told[5]).toEqual({ scene: 'revokes', result: 'session_unavailable', timers: 0 });
  });
});

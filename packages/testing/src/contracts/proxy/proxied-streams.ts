import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Addresses, MountChanges, ProxyScenario, ProxySuite } from './proxy-scenario.ts';

const megabyte = 1024 * 1024;
const agents: readonly (readonly [what: string, make: () => Agent | undefined])[] = [
  ['no agent', () => undefined],
  ['an agent that keeps connections', () => new Agent({ keepAlive: true })],
  ['an agent that makes requests wait', () => new Agent({ keepAlive: true, maxSockets: 1 })],
];

/** Bodies of any length, both ways, over connections of any kind. */
export function proxiedStreams({ test }: ProxySuite): void {
  for (const [what, make] of agents) {
    test(
      `carries uploads and downloads byte for byte, each with the token, by a proxy with ${what}`,
      async (scene) => {
        const sent = Array.from({ length: 4 }, () => echoes(scene, randomBytes(megabyte + 1)));
        await Promise.all([...sent, echoes(scene, Buffer.alloc(0))]);
        await echoes(scene, randomBytes(10));
      },
      { mounts: live(make) },
    );
  }

  test(
    'answers Expect: 100-continue, and sends on what comes then',
    async ({ call, server }) => {
      const { body, headers } = await call('/billing/x', { body: 'after all', headers: { expect: '100-continue' } });
      assert.equal(body, 'after all');
      assert.equal(headers['x-authorization'], `Bearer ${server.issuedTokens[0]?.accessToken}`);
    },
    { mounts: live() },
  );

  test(
    'takes no more of an upload than the upstream does',
    async ({ call, live: upstream }) => {
      upstream.server.removeAllListeners('request');
      const arrived = new Promise((resolve) => upstream.server.once('request', resolve));
      const left = new AbortController();
      let given = 0;
      const upload = function* (): Generator<Uint8Array> {
        for (; given < 256; given += 1) yield Buffer.alloc(megabyte);
      };
      const sent = call('/billing/x', { body: upload(), signal: left.signal });
      await arrived;
      // Nobody reads; when nothing has moved for long, all buffers are full.
      for (let before = -1; before < given;) {
        before = given;
        await turns(100);
      }
      left.abort();
      await assert.rejects(sent);
      assert.ok(given < 128, `${given} MB went into an upload that nobody reads`);
    },
    { mounts: live() },
  );
}

function live(agent: () => Agent | undefined = () => undefined): (addresses: Addresses) => MountChanges[] {
  return (addresses) => {
    const made = agent();
    return [{ target: addresses.live, ...(made && { proxy: { agent: made } }) }];
  };
}

async function echoes({ call, server }: ProxyScenario, bytes: Buffer): Promise<void> {
  const chunks = function* (): Generator<Uint8Array> {
    for (let from = 0; from < bytes.length; from += 50_000) yield bytes.subarray(from, from + 50_000);
  };
  const answer = await call('/billing/echo', { method: 'PUT', body: chunks() });
  assert.equal(answer.headers['x-authorization'], `Bearer ${server.issuedTokens[0]?.accessToken}`);
  assert.ok(answer.bytes.equals(bytes), `${bytes.length} bytes were sent, ${answer.bytes.length} others came back`);
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await setImmediate();
}

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Addresses, MountChanges } from './mount-of.ts';
import type { ProxyScenario, ProxySuite } from './proxy-scenario.ts';

const megabyte = 1024 * 1024;

/** As agents do that go through another proxy first. */
class LateAgent extends Agent {
  override createConnection(...[options, connected]: Parameters<Agent['createConnection']>): undefined {
    void setImmediate().then(() =>
      connected?.(null, connect({ host: options.host ?? '', port: Number(options.port) })),
    );
  }
}

const agents: readonly (readonly [what: string, bytes: number, make: () => Agent | undefined])[] = [
  ['no agent', 3 * megabyte + 1, () => undefined],
  ['an agent that keeps connections', 200_001, () => new Agent({ keepAlive: true })],
  ['an agent that makes requests wait', 200_001, () => new Agent({ keepAlive: true, maxSockets: 1 })],
  ['an agent that connects later', 200_001, () => new LateAgent()],
];

/** Bodies of any length, both ways, over connections of any kind. */
export function proxiedStreams({ test }: ProxySuite): void {
  for (const [what, bytes, make] of agents) {
    test(
      `carries uploads and downloads byte for byte, each with the token, by a proxy with ${what}`,
      async (scene) => {
        const lengths = [bytes, 50_000, 50_001, 0];
        await Promise.all(lengths.map((length) => echoes(scene, randomBytes(length))));
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

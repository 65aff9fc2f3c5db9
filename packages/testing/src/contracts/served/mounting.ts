import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { playServed } from './play-served.ts';
import type { ServedSuite } from './served-scenario.ts';
import { textOf } from './text-of.ts';

/** Several auths in one process, and answers that are more than a text. */
export function mounting({ harness, test }: ServedSuite): void {
  test('E37 gives a request the innermost auth that is mounted for it', async ({ api, answer, call }) => {
    answer(async ({ outbound }) => {
      const byAddress = await outbound.fetch(`${api.origin}/users`);
      const byName = await outbound.client('ledger').getAccessToken();
      return `${await byAddress.text()}, ${byName.authorization}`;
    });
    assert.equal(await textOf(call({ user: 'ada' })), 'Bearer for-ada, Bearer for-ada');
    assert.equal(await textOf(call({ user: 'ada', path: '/inner' })), 'Bearer for-ada-inner, Bearer for-ada-inner');
    assert.equal(await textOf(call({ user: 'bob' })), 'Bearer for-bob, Bearer for-bob');
  });

  test('E37 two applications in one process have nothing in common', (one) =>
    playServed(harness, async (two) => {
      const scenes = [one, two];
      for (const scene of scenes) {
        scene.answer(async ({ outbound }) => {
          const [own, users] = await Promise.all(
            ['own', 'users'].map((path) => outbound.fetch(`${scene.api.origin}/${path}`)),
          );
          return `${String(await own?.text())}, ${String(await users?.text())}`;
        });
      }
      const sent = Array.from({ length: 20 }, async (_, index) => {
        const scene = scenes[index % 2] ?? one;
        const user = `user-${index % 4}`;
        const [own, ofUser] = (await textOf(scene.call({ user }))).split(', ');
        assert.ok(scene.server.isActive(String(own).replace('Bearer ', '')), 'a token of the other application');
        assert.equal(ofUser, `Bearer for-${user}`);
      });
      await Promise.all(sent);
      for (const { server } of scenes) assert.equal(server.requests.length, 3);
    }));

  test('E37 an answer that streams what the upstream sends arrives whole', async (scene) => {
    const bytes = randomBytes(1_000_000);
    scene.api.respondWith(() => ({ body: bytes }));
    scene.answer(async ({ outbound }) => streamOf(await outbound.fetch(`${scene.api.origin}/own`)));
    const response = await scene.call();
    assert.equal(response.status, 200);
    assert.equal(digest(await buffer(streamOf(response))), digest(bytes));
  });

  test('E37 an answer whose upstream breaks off ends too, and the next one is whole', async ({ api, answer, call }) => {
    answer(async ({ outbound }) => streamOf(await outbound.fetch(`${api.origin}/own`)));
    api.respondOnce({ body: 'half of it', fault: 'truncate' });
    const left = new AbortController();
    const response = await call({ signal: left.signal });
    if (harness.endsBegun === false) left.abort();
    await assert.rejects(response.text());
    api.respondWith(() => ({ body: 'whole' }));
    assert.equal(await textOf(call()), 'whole');
  });
}

function streamOf({ body }: Response): Readable {
  assert.ok(body);
  return Readable.fromWeb(body);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

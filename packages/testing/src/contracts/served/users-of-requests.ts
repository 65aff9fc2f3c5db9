import type { Outbound } from '@outbound-auth/core';
import assert from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { exposedSecrets } from '../../exposed-secrets.ts';
import type { ServedSuite } from './served-scenario.ts';
import { textOf } from './text-of.ts';

/** Whose token the calls of a request go out with. */
export function usersOfRequests({ harness, test }: ServedSuite): void {
  test('gives each request the calls of its own user', async ({ api, server, answer, call }) => {
    answer(async ({ outbound }) => (await outbound.client('ledger').fetch(`${api.origin}/users`)).text());
    for (const user of ['ada', 'bob', 'ada']) assert.equal(await textOf(call({ user })), `Bearer for-${user}`);
    answer(async ({ outbound }) => (await outbound.fetch(`${api.origin}/users`)).text());
    assert.equal(await textOf(call({ user: 'bob' })), 'Bearer for-bob');
    assert.deepEqual(
      server.requests.map(({ parameters }) => parameters.get('subject_token')),
      ['ada', 'bob'],
    );
  });

  test('E39 lets calls deep in it find its user, after awaits, timers, microtasks and a parsed body', async (scene) => {
    for (const [name, way] of Object.entries(scene.ways)) {
      scene.answer(async ({ body }) => {
        assert.deepEqual(body, { from: 'a body parser' });
        await setTimeout(1);
        await setImmediate();
        return new Promise((resolve, reject) => {
          queueMicrotask(() => void way(`${scene.api.origin}/users/${encodeURIComponent(name)}`).then(resolve, reject));
        });
      });
      for (const user of ['ada', 'bob']) {
        const sent = scene.call({ user, json: { from: 'a body parser' } });
        assert.equal(await textOf(sent), `Bearer for-${user}`, `by ${name}`);
      }
    }
  });

  if (harness.bound ?? true) {
    test('leaves the calls of a request its user’s when that request is over', async ({ api, answer, call }) => {
      const kept: Outbound<string>[] = [];
      answer(({ outbound }) => {
        kept.push(outbound);
        return Promise.resolve('kept');
      });
      await textOf(call({ user: 'ada' }));
      await textOf(call({ user: 'bob' }));
      for (const [index, user] of ['ada', 'bob'].entries()) {
        const outbound = kept[index];
        assert.equal(await (await outbound?.fetch(`${api.origin}/users`))?.text(), `Bearer for-${user}`);
        assert.equal((await outbound?.client('ledger').getAccessToken())?.value, `for-${user}`);
      }
    });
  }

  test('sends nothing for a request without a bearer token', async (scene) => {
    const { api, server } = scene;
    for (const [name, way] of Object.entries(scene.ways)) {
      scene.answer(() => way(`${api.origin}/users`));
      for (const headers of [{}, { authorization: 'Basic YWRhOm9mLWFkYQ==' }]) {
        assert.equal((await scene.call({ headers })).status, 401, `by ${name}`);
      }
    }
    assert.deepEqual([server.requests, api.requests], [[], []]);
  });

  test('E25 shows the token of no user: not a refused one either', async (scene) => {
    const { api, server, log } = scene;
    server.respondWith(() => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'mallory-token ended' },
    }));
    for (const way of Object.values(scene.ways)) {
      scene.answer(() => way(`${api.origin}/users`));
      const response = await scene.call({ user: 'mallory-token' });
      assert.equal(response.status, 401);
      assert.deepEqual(exposedSecrets([await response.text(), [...response.headers]], ['mallory-token']), []);
    }
    await log.tells('Check the subject token');
    assert.deepEqual(exposedSecrets(log.values, ['mallory-token']), []);
    assert.equal(api.requests.length, 0);
  });
}

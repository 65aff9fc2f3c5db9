import type { OutboundAuthOptions } from '@outbound-auth/core';
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Upstream } from '../../upstream.ts';
import type { ServedScenario, ServedSuite } from './served-scenario.ts';
import { textOf } from './text-of.ts';

/** Whose calls a request makes where the application chooses by the request (`resolve`). */
export function choosing({ test }: ServedSuite): void {
  for (const [title, choose] of [
    ['the tenant that is named for a request', (name: string) => name],
    ['the tenant that is found for a request', async (name: string) => setImmediate({ tenant: name })],
  ] as const) {
    test(
      `takes ${title}, by every way and to its addresses alone`,
      async (scene) => {
        scene.resolve(({ 'x-tenant': name }) => choose(String(name)));
        for (const way of waysByAddress(scene)) {
          scene.answer(async ({ outbound }) => {
            const bound = await (await outbound.fetch(`${scene.api.origin}/tenants`)).text();
            return `${bound}, ${await way(`${scene.api.origin}/tenants`)}, ${await way(`${scene.api.origin}/own`)}`;
          });
          for (const tenant of ['acme', 'umbrella']) {
            const text = await textOf(scene.call({ headers: { 'x-tenant': tenant } }));
            assert.match(text, new RegExp(`^Bearer of-${tenant}, Bearer of-${tenant}, Bearer token-`));
          }
        }
      },
      { changes: tenants },
    );
  }

  test(
    'takes the client that is chosen for a request, but for calls that name another',
    async (scene) => {
      const { api, answer, call, resolve, auth } = scene;
      resolve(({ 'x-client': client }) => (client === undefined ? undefined : { client: String(client) }));
      answer(async ({ outbound }) => {
        const chosen = await outbound.fetch(`${api.origin}/tenants`);
        const named = await auth.fetch(`${api.origin}/tenants`, { outboundAuth: { client: 'one' } });
        return `${await chosen.text()}, ${await named.text()}`;
      });
      assert.equal(await textOf(call({ headers: { 'x-client': 'other' } })), 'Bearer of-other, Bearer of-one');
      // Two cover it alike, and nobody has chosen.
      assert.equal((await call()).status, 500);
    },
    { changes: tenants },
  );

  test(
    'asks once for a request who is chosen, and not at all where no call needs it',
    async (scene) => {
      let asked = 0;
      scene.resolve(() => {
        asked += 1;
        return 'acme';
      });
      scene.answer(async ({ outbound }) => {
        const calls = Array.from({ length: 4 }, () => outbound.fetch(`${scene.api.origin}/tenants`));
        await Promise.all(calls);
        return (await scene.auth.fetch(`${scene.api.origin}/tenants`)).text();
      });
      for (const times of [1, 2]) {
        assert.equal(await textOf(scene.call()), 'Bearer of-acme');
        assert.equal(asked, times);
      }
      scene.answer(() => Promise.resolve('no call'));
      await textOf(scene.call());
      assert.equal(asked, 2);
    },
    { changes: tenants },
  );

  test(
    'E39 chooses for each of many requests that are under way together',
    async (scene) => {
      const { api, answer, call, resolve } = scene;
      resolve(async ({ 'x-tenant': name }) => {
        await setImmediate();
        return String(name);
      });
      answer(async ({ outbound, headers }) => {
        const bound = outbound.fetch(`${api.origin}/tenants`);
        const deep = setImmediate().then(() => scene.auth.fetch(`${api.origin}/tenants`));
        const texts = await Promise.all([textOf(deep), textOf(bound)]);
        return [headers['x-tenant'], ...texts].join();
      });
      const sent = Array.from({ length: 40 }, async (_, index) => {
        const tenant = `tenant-${index % 10}`;
        const text = await textOf(call({ headers: { 'x-tenant': tenant } }));
        assert.equal(text, `${tenant},Bearer of-${tenant},Bearer of-${tenant}`);
      });
      await Promise.all(sent);
    },
    { changes: tenants },
  );

  for (const [how, fail] of [
    [
      'throws',
      (error: Error) => {
        throw error;
      },
    ],
    ['rejects with', (error: Error) => Promise.reject(error)],
  ] as const) {
    test(
      `hands on what the choice ${how} as it is, and sends nothing`,
      async (scene) => {
        const error = new Error('this tenant has not paid');
        const thrown: unknown[] = [];
        scene.resolve(() => fail(error));
        for (const way of waysByAddress(scene)) {
          scene.answer(() =>
            way(`${scene.api.origin}/tenants`).catch((found: unknown) => {
              thrown.push(found);
              throw found;
            }),
          );
          assert.ok((await scene.call()).status >= 400);
        }
        for (const found of thrown) assert.equal(found, error);
        assert.deepEqual([scene.server.requests, scene.api.requests], [[], []]);
      },
      { changes: tenants },
    );
  }
}

/** All but those that name their client. */
function waysByAddress({ ways }: ServedScenario): ((url: string) => Promise<string>)[] {
  return Object.entries(ways).flatMap(([name, way]) => (name === 'a client' ? [] : [way]));
}

/** Whoever is asked for has a token that tells the name. */
function tenants({ server, api, client }: Upstream): Partial<OutboundAuthOptions> {
  const clientOf = (name: string): typeof client => ({
    ...client,
    clientId: name,
    attachTo: [`${api.origin}/tenants`],
  });
  server.respondWith(({ headers }) => {
    const [name] = atob(String(headers['authorization']).replace('Basic ', '')).split(':');
    return name === client.clientId
      ? undefined
      : { body: { access_token: `of-${name}`, token_type: 'Bearer', expires_in: 3600 } };
  });
  return {
    clients: { own: { ...client, attachTo: [`${api.origin}/own`] }, one: clientOf('one'), other: clientOf('other') },
    resolveClient: clientOf,
  };
}

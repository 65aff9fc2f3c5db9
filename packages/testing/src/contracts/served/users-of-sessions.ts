import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Changes, ServedSuite } from './served-scenario.ts';
import { textOf } from './text-of.ts';

/** Whom a request acts for where it comes without a bearer token, and the application knows (`subjectToken`). */
export function usersOfSessions({ test }: ServedSuite): void {
  for (const [what, tokenOf] of [
    ['token', (name: string) => name],
    ['Authorization header', (name: string) => `Bearer ${name}`],
    ['promise of a token', async (name: string) => setImmediate(name)],
  ] as const) {
    const { asked, changes } = sessions((name) => tokenOf(name));
    test(
      `acts for the user whose ${what} the application gives, and asks once for a request`,
      async ({ api, ways, answer, call }) => {
        answer(async ({ outbound }) => {
          const deep = Object.values(ways).map((way) => way(`${api.origin}/users`));
          const own = textOf(outbound.fetch(`${api.origin}/users`));
          return [...new Set(await Promise.all([own, ...deep]))].join();
        });
        for (const user of ['ada', 'bob']) {
          // Whatever bearer token it came with.
          const sent = call({ user: 'mallory', headers: { 'x-session': user } });
          assert.equal(await textOf(sent), `Bearer for-${user}`);
        }
        answer(() => Promise.resolve('no call'));
        await textOf(call({ headers: { 'x-session': 'eve' } }));
        assert.deepEqual(asked, ['ada', 'bob']);
      },
      { changes },
    );
  }

  test(
    'sends nothing for a request whose session is nobody’s',
    async ({ server, api, ways, answer, call }) => {
      for (const [name, way] of Object.entries(ways)) {
        answer(() => way(`${api.origin}/users`));
        assert.equal((await call({ user: 'mallory' })).status, 401, `by ${name}`);
      }
      assert.deepEqual([server.requests, api.requests], [[], []]);
    },
    { changes: sessions(() => undefined).changes },
  );
}

function sessions(tokenOf: (name: string) => string | undefined | Promise<string>): {
  readonly asked: readonly string[];
  readonly changes: Changes;
} {
  const asked: string[] = [];
  const changes: Changes = () => ({
    subjectToken: ({ 'x-session': session }) => {
      asked.push(String(session));
      return tokenOf(String(session));
    },
  });
  return { asked, changes };
}

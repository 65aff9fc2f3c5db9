import { isOutboundAuthError } from '@outbound-auth/core';
import assert from 'node:assert/strict';
import type { ServedSuite } from './served-scenario.ts';
import { textOf } from './text-of.ts';

/** What an auth may be that another copy of core has made. */
export function otherCopy({ test, harness: { otherCore } }: ServedSuite): void {
  if (otherCore === undefined) return;

  test(
    'E55 serves by an auth of another copy of core: its calls, its users, and its errors',
    async (scene) => {
      const { api, ways, answer, call } = scene;
      let thrown: unknown;
      answer(async ({ outbound }) => {
        const own = textOf(outbound.fetch(`${api.origin}/users`));
        const deep = Object.values(ways).map((way) => way(`${api.origin}/users`));
        return [...new Set(await Promise.all([own, ...deep]))].join();
      });
      assert.equal(await textOf(call({ user: 'ada' })), 'Bearer for-ada');
      answer(async ({ outbound }) =>
        textOf(outbound.fetch(`${api.origin}/users`)).catch((error: unknown) => {
          thrown = error;
          throw error;
        }),
      );
      assert.equal((await call()).status, 401);
      assert.ok(isOutboundAuthError(thrown));
    },
    { otherCore },
  );
}

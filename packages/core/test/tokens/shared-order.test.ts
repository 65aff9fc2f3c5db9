import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TokenRequestError } from '../../src/errors.ts';
import type { TokenStore } from '../../src/stores/token-store.ts';
import type { TokenRequest } from '../../src/tokens/token-source.ts';
import { requestOf, tokenOf } from './scripted-source.ts';
import { type Fleet, fleet, type Process } from './sharing.ts';

const hour = 3_600_000;
const failure = () => new TokenRequestError('out of order', { code: 'token_request_timeout', client: 'billing' });

/** A store whose answers come in the order that chance says. */
function inAnyOrder({ store }: Fleet, scheduler: fc.Scheduler): TokenStore {
  const later = <Result>(work: () => Promise<Result>) => scheduler.schedule(Promise.resolve()).then(work);
  return {
    get: (key) => later(() => store.get(key)),
    set: (...given) => later(() => store.set(...given)),
    delete: (...given) => later(() => store.delete(...given)),
    replace: (...given) => later(() => store.replace(...given)),
    lock: (...given) =>
      later(async () => {
        const lock = await store.lock(...given);
        return (
          lock && {
            extend: (lifetime) => later(() => lock.extend(lifetime)),
            release: () => later(() => lock.release()),
          }
        );
      }),
  };
}

/** Goes on until all is done: what can happen, in any order; time passes when nothing can. */
async function settle(all: Fleet, scheduler: fc.Scheduler, work: Promise<unknown>): Promise<void> {
  const state = { over: false };
  const ending = work.finally(() => (state.over = true));
  while (!state.over) {
    if (scheduler.count() > 0) await scheduler.waitNext(1);
    else await all.clock.advance(5);
    await setImmediate();
  }
  await ending;
}

describe('row "cold, many callers", in whatever order the store answers', () => {
  it('E11 E30 one asks at a time, all get its token, and neither a lock nor a timer is left', async () => {
    const outcomes = fc.array(fc.boolean(), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), outcomes, async (scheduler, count, failing) => {
        const all = fleet();
        const through = inAnyOrder(all, scheduler);
        const left = [...failing];
        let present = 0;
        let succeeded = 0;
        const getToken = async ({ key }: TokenRequest) => {
          present += 1;
          expect(present).toBe(1);
          await scheduler.schedule(Promise.resolve());
          present -= 1;
          if (left.pop() === true) throw failure();
          succeeded += 1;
          return tokenOf(`${key}-${succeeded}`, all.clock.now(), hour);
        };
        const processes: Process[] = Array.from({ length: count }, () => {
          const process = all.start({ through });
          process.source.getToken = getToken;
          return process;
        });
        const results = Promise.allSettled(processes.map(({ shared }) => shared.getToken(requestOf('k'))));
        await settle(all, scheduler, results);
        await settle(all, scheduler, Promise.all(processes.map(({ shared }) => shared.close())));
        const given = (await results).flatMap((result) => (result.status === 'fulfilled' ? [result.value.value] : []));
        // A failure is that of one process; the next one asks anew.
        expect(given).toHaveLength(
          count - Math.min(count, failing.filter(Boolean).length - left.filter(Boolean).length),
        );
        expect(new Set(given).size).toBe(given.length === 0 ? 0 : 1);
        expect(succeeded).toBeLessThanOrEqual(1);
        expect(await all.store.lock('token:k', 1)).toBeDefined();
        expect(all.clock.pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

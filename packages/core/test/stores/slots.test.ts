import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slots } from '../../src/stores/slots.ts';
import { deferred } from '../token-endpoint/asking.ts';

describe('slots', () => {
  it('are never more than there are, are taken in order of coming, and none is lost to a failure', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (scheduler, count, works) => {
          const slots = new Slots(count);
          const begun: number[] = [];
          let present = 0;
          let most = 0;
          const work = (fails: boolean, index: number) =>
            slots.use(async () => {
              begun.push(index);
              most = Math.max(most, (present += 1));
              await scheduler.schedule(Promise.resolve());
              present -= 1;
              if (fails) throw new Error(`${index}`);
              return index;
            });
          // Twice, for what the first round leaves behind shows in the second.
          for (let round = 0; round < 2; round += 1) {
            const results = Promise.allSettled(works.map(work));
            await scheduler.waitFor(results);
            expect(await results).toEqual(
              works.map((fails, index) =>
                fails ? { status: 'rejected', reason: new Error(`${index}`) } : { status: 'fulfilled', value: index },
              ),
            );
            expect(begun.splice(0)).toEqual(works.map((_fails, index) => index));
            expect(most).toBe(Math.min(count, works.length));
          }
        },
      ),
    );
  });

  it('are free for who comes first, at once', async () => {
    const slots = new Slots(1);
    const work = deferred<string>();
    const first = slots.use(() => work.promise);
    let waited = true;
    const second = slots.use(async () => (waited = false));
    await Promise.resolve();
    expect(waited).toBe(true);
    work.resolve('done');
    expect(await first).toBe('done');
    await second;
    expect(waited).toBe(false);
  });
});

import { manualClock } from '@outbound-auth/testing';
import { expect, it, vi } from 'vitest';
import { KeepWarm } from '../src/keep-warm.ts';

function keepWarm(renew = async (): Promise<unknown> => undefined) {
  const clock = manualClock();
  const after = vi.spyOn(clock, 'after');
  const renewed: number[] = [];
  const start = clock.now();
  const warm = new KeepWarm(clock, () => {
    renewed.push((clock.now() - start) / 1_000);
    return renew();
  });
  return {
    clock,
    warm,
    renewed,
    after,
    dueIn: (seconds: number) => warm.due({ dueAt: clock.now() + 1_000 * seconds }),
  };
}

it('renews when that is due, once, and keeps no process alive for it', async () => {
  const { clock, renewed, dueIn, after } = keepWarm();
  dueIn(60);
  await clock.advance(59_999);
  expect(renewed).toEqual([]);
  await clock.advance(10_000_000);
  expect(renewed).toEqual([60]);
  expect(after.mock.calls.map(([, , options]) => options)).toEqual([{ unref: true }]);
});

it('renews at once what was due before', async () => {
  const { clock, renewed, dueIn } = keepWarm();
  dueIn(-60);
  await clock.advance(0);
  expect(renewed).toEqual([0]);
});

it('goes by the last word on when that is', async () => {
  const { clock, renewed, dueIn } = keepWarm();
  dueIn(60);
  dueIn(90);
  expect(clock.pending).toBe(1);
  await clock.advance(100_000);
  expect(renewed).toEqual([90]);
});

it('tries again, longer apart each time, where a failure leaves no token whose renewal is put off', async () => {
  let working = false;
  const { clock, renewed, dueIn } = keepWarm(() => (working ? Promise.resolve() : Promise.reject(new Error('no'))));
  dueIn(0);
  await clock.advance(100_000);
  expect(renewed).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
  working = true;
  await clock.advance(1_000_000);
  expect(renewed).toHaveLength(9);
  working = false;
  dueIn(0);
  await clock.advance(1_500);
  expect(renewed).toHaveLength(11);
});

it('leaves the pace to the token whose renewal is put off', async () => {
  const scene = keepWarm(() => {
    if (scene.renewed.length < 3) scene.dueIn(20);
    return Promise.reject(new Error('no'));
  });
  scene.dueIn(0);
  await scene.clock.advance(40_500);
  expect(scene.renewed).toEqual([0, 20, 40]);
});

it('row "close": has no timer and renews no more once it is ended, whatever is still under way', async () => {
  const { clock, warm, renewed, dueIn } = keepWarm(() => Promise.reject(new Error('no')));
  dueIn(60);
  warm.end();
  expect(clock.pending).toBe(0);
  dueIn(0);
  await clock.advance(100_000);
  expect(renewed).toEqual([]);
  const failing = keepWarm(() => {
    failing.warm.end();
    return Promise.reject(new Error('no'));
  });
  failing.dueIn(0);
  await failing.clock.advance(100_000);
  expect(failing.renewed).toEqual([0]);
  expect(failing.clock.pending).toBe(0);
});

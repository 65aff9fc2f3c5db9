import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { untilAborted } from '../src/until-aborted.ts';

const never = new Promise<never>(() => undefined);

it('gives what the work gives, with a signal or without', async () => {
  const { signal } = new AbortController();
  for (const given of [undefined, signal]) {
    expect(await untilAborted(Promise.resolve('done'), given)).toBe('done');
    await expect(untilAborted(Promise.reject(new Error('no')), given)).rejects.toThrow('no');
  }
});

it('E12 ends a wait by its caller’s own reason, whatever that is', async () => {
  for (const reason of ['a text', new Error('an error'), undefined]) {
    const controller = new AbortController();
    const waiting = untilAborted(never, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(controller.signal.reason);
    await expect(untilAborted(never, controller.signal)).rejects.toBe(controller.signal.reason);
  }
});

it('takes the failure of work that nobody waits for any more', async () => {
  // Vitest fails the run for a rejection that nobody handles.
  await expect(untilAborted(Promise.reject(new Error('late')), AbortSignal.abort('over'))).rejects.toBe('over');
  await new Promise(setImmediate);
});

it('E44 has one listener for all who wait by one signal, and none for nobody', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  let end = (): void => undefined;
  const work = new Promise<void>((resolve) => (end = resolve));
  const ended = Array.from({ length: 5_000 }, () => untilAborted(work, signal));
  const aborted = Array.from({ length: 5_000 }, () => untilAborted(never, signal));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  end();
  await Promise.all(ended);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  controller.abort('over');
  const results = await Promise.allSettled(aborted);
  expect(new Set(results.map((result) => result.status === 'rejected' && result.reason === 'over'))).toEqual(
    new Set([true]),
  );
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('E44 listens again for those who come after all others have gone', async () => {
  const controller = new AbortController();
  await untilAborted(Promise.resolve(), controller.signal);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  const waiting = untilAborted(never, controller.signal);
  controller.abort('over');
  await expect(waiting).rejects.toBe('over');
});

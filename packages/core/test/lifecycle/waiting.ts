import type { ManualClock } from '@outbound-auth/testing';

/** Lets time pass, a little at a time, until something has come of a call. Gives how many seconds that took. */
export async function passUntil(clock: ManualClock, call: Promise<unknown>): Promise<number> {
  const start = clock.now();
  const state = { over: false };
  const end = (): void => void (state.over = true);
  call.then(end, end);
  while (!state.over) await clock.advance(50);
  return (clock.now() - start) / 1_000;
}

/** Waits for what others do, without any time passing. */
export async function until(clock: ManualClock, happened: () => boolean): Promise<void> {
  while (!happened()) await clock.advance(0);
}

import { manualClock } from '@outbound-auth/testing';
import { expect, it } from 'vitest';
import type { RedisCommands } from '../src/index.ts';
import { Session } from '../src/session.ts';

const redis: RedisCommands = {
  evalSha: async () => null,
  eval: async () => null,
  set: async () => null,
  del: async () => null,
};

it('gives up on what has waited for the whole time, and not on what came later', async () => {
  const clock = manualClock();
  const session = new Session(async () => redis, { timeout: 2000, clock });
  let answer = (): void => undefined;
  const first = session.run(() => new Promise<void>((resolve) => (answer = resolve)));
  await clock.advance(1500);
  const second = expect(session.run(() => new Promise(() => undefined))).rejects.toThrow('has not answered for 2 s');
  answer();
  await first;
  await clock.advance(1999);
  expect(session.ended).toBe(false);
  await clock.advance(1);
  await second;
  expect(session.ended).toBe(true);
  expect(clock.pending).toBe(0);
});

it('gives up in time although the wall clock was set back', async () => {
  const clock = manualClock();
  const session = new Session(async () => redis, { timeout: 2000, clock });
  let answer = (): void => undefined;
  const first = session.run(() => new Promise<void>((resolve) => (answer = resolve)));
  const hanging = expect(session.run(() => new Promise(() => undefined))).rejects.toThrow('has not answered');
  await clock.advance(0);
  answer();
  await first;
  clock.set(0);
  await clock.advance(4000);
  expect(session.ended).toBe(true);
  await hanging;
});

import type { Random } from '../random.ts';

/** How long to wait before a lock is tried again, in milliseconds: longer each round, and never all at once. */
export function lockPause(round: number, random: Random): number {
  return Math.min(500, 25 * 1.5 ** round) * (0.5 + 0.5 * random());
}

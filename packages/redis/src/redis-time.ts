import type { TextEnd } from './commands.ts';

/**
 * What time it is in Redis, by its last answer.
 *
 * A write that names its end is over at that time even if Redis carries it out late: after it hung, or out of the
 * offline queue of a client.
 */
export class RedisTime {
  /** How much Redis' time is ahead of the process' own, that no wall clock moves; less by what the answer took. */
  #ahead: number | undefined;

  /** To be told of what Redis says, in milliseconds. */
  told(time: number): void {
    this.#ahead = time - performance.now();
  }

  /** When a lifetime that begins now is over; until Redis has told its time, it begins with the write. */
  endOf(lifetime: number): TextEnd {
    if (this.#ahead === undefined) return lasting(lifetime);
    return { PXAT: Math.floor(this.#ahead + performance.now() + lifetime) };
  }
}

/** Redis refuses to set what is over at once. */
export function lasting(lifetime: number): TextEnd {
  return { PX: Math.max(1, Math.floor(lifetime)) };
}

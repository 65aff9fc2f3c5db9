import { pauseLength } from '../pause.ts';
import type { Random } from '../random.ts';

/** How far ahead of its end a token is renewed, and when it is not handed out any more. Times in ms, shares 0–1. */
export interface Margins {
  readonly expiryMargin: number;
  readonly expiryMarginShare: number;
  readonly renewalMargin: number;
  readonly renewalMarginShare: number;
  readonly renewalJitter: number;
}

/** Two moments in a token's life, in milliseconds since the epoch. */
export interface Freshness {
  /** From here on it is renewed by its first use. */
  readonly dueAt: number;
  /** From here on it is not handed out any more. */
  readonly usableUntil: number;
}

/** Both margins shrink with the lifetime, so that a token of 5 s is used and not fetched for every call. */
export function freshnessOf(
  token: { readonly obtainedAt: number; readonly expiresAt: number },
  margins: Margins,
  random: Random,
): Freshness {
  const lifetime = token.expiresAt - token.obtainedAt;
  const usableUntil = token.expiresAt - Math.min(margins.expiryMargin, margins.expiryMarginShare * lifetime);
  // The jitter only ever renews earlier: a fleet that started together doesn't renew together, and nobody is late.
  const early = random() * margins.renewalJitter * lifetime;
  const renewal = token.expiresAt - Math.min(margins.renewalMargin, margins.renewalMarginShare * lifetime);
  // An `expiryMargin` above it must not have all renew together, and while their callers wait.
  const dueAt = (renewal <= usableUntil ? renewal : usableUntil - Math.min(30_000, 0.05 * lifetime)) - early;
  return { dueAt: Math.min(dueAt, usableUntil), usableUntil };
}

/** How long to wait after a renewal has failed `failures` times in a row, in milliseconds. */
export function renewalPause(failures: number, lifetime: number, random: Random): number {
  return pauseLength(failures, lookPause(lifetime), 30_000) * (0.75 + 0.25 * random());
}

/** How long to wait before a look at what another process may have got by now, in milliseconds. */
export function lookPause(lifetime: number): number {
  return Math.min(1_000, 0.05 * lifetime);
}

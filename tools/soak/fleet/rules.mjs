/** The product's defaults that a fleet is about, in ms and shares of a lifetime, and how long a token request takes. */
export const rules = {
  lifetime: 3_600_000,
  expiryMargin: 30_000,
  expiryMarginShare: 0.05,
  renewalMargin: 300_000,
  renewalMarginShare: 0.25,
  renewalJitter: 0.05,
  pause: 1_000,
  pauseShare: 0.05,
  latency: 100,
};

/** How long after its token request a token is handed out. */
export function usableFor({ lifetime, expiryMargin, expiryMarginShare }) {
  return lifetime - Math.min(expiryMargin, expiryMarginShare * lifetime);
}

/** How long after its token request a token's renewal is due, for a random number from 0 to 1. */
export function dueAfter({ lifetime, renewalMargin, renewalMarginShare, renewalJitter }, random) {
  return lifetime - Math.min(renewalMargin, renewalMarginShare * lifetime) - random * renewalJitter * lifetime;
}

/** After how long whoever didn't win the lock looks in the store again. */
export function lookAgainAfter({ lifetime, pause, pauseShare }) {
  return Math.min(pause, pauseShare * lifetime);
}

/** How long whoever waits for the lock does so before it tries again. */
export function lockPause(round, random) {
  return Math.min(500, 25 * 1.5 ** round) * (0.5 + 0.5 * random);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshnessOf, lookPause, renewalPause } from '../../src/tokens/freshness.ts';

const margins = {
  expiryMargin: 30_000,
  expiryMarginShare: 0.05,
  renewalMargin: 300_000,
  renewalMarginShare: 0.25,
  renewalJitter: 0.05,
};
const never = () => 0;

function ofLifetime(lifetime: number, random = never) {
  return freshnessOf({ obtainedAt: 0, expiresAt: lifetime }, margins, random);
}

describe('freshness, by lifecycle.md', () => {
  it.each([
    ['5 s', 5_000, 3_750, 4_750],
    ['one minute', 60_000, 45_000, 57_000],
    ['10 minutes', 600_000, 450_000, 570_000],
    ['an hour', 3_600_000, 3_300_000, 3_570_000],
    ['60 days', 5_184_000_000, 5_183_700_000, 5_183_970_000],
  ])('of a token of %s', (_lifetime, lifetime, dueAt, usableUntil) => {
    expect(ofLifetime(lifetime)).toEqual({ dueAt, usableUntil });
  });

  it('renews earlier by chance, never later', () => {
    const due = ofLifetime(3_600_000).dueAt;
    expect(ofLifetime(3_600_000, () => 0.5).dueAt).toBe(due - 0.025 * 3_600_000);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(), (chance, lifetime) => {
        const { dueAt, usableUntil } = ofLifetime(lifetime, () => chance);
        expect(dueAt).toBeLessThanOrEqual(ofLifetime(lifetime).dueAt);
        expect(dueAt).toBeGreaterThanOrEqual(ofLifetime(lifetime).dueAt - 0.05 * lifetime);
        expect(usableUntil).toBe(ofLifetime(lifetime).usableUntil);
      }),
    );
  });

  it('renews behind a valid token, and by chance earlier, also where expiryMargin is above renewalMargin', () => {
    const wide = { ...margins, expiryMargin: 600_000, expiryMarginShare: 0.5 };
    const of = (chance: number) => freshnessOf({ obtainedAt: 0, expiresAt: 3_600_000 }, wide, () => chance);
    expect(of(0)).toEqual({ dueAt: 2_970_000, usableUntil: 3_000_000 });
    expect(of(0.5)).toEqual({ dueAt: 2_880_000, usableUntil: 3_000_000 });
    const short = freshnessOf({ obtainedAt: 0, expiresAt: 10_000 }, wide, never);
    expect(short).toEqual({ dueAt: 4_500, usableUntil: 5_000 });
  });

  it('E02 has a token that lives for no time at all end at once', () => {
    expect(ofLifetime(0).usableUntil).toBe(0);
    expect(ofLifetime(-5_000).usableUntil).toBeLessThan(0);
  });
});

describe('the pause after a failed renewal', () => {
  it('doubles from the shorter of 1 s and 5 % of the lifetime, up to 30 s', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => renewalPause(failures, 3_600_000, () => 1));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(renewalPause(1, 5_000, () => 1)).toBe(250);
  });

  it('is shortened by chance to three quarters at most', () => {
    expect(renewalPause(1, 3_600_000, never)).toBe(750);
  });
});

it('looks for what another process got after the shorter of 1 s and 5 % of the lifetime', () => {
  expect([3_600_000, 5_000].map(lookPause)).toEqual([1_000, 250]);
});

import { describe, expect, it } from 'vitest';
import { outagesSince, recoveries, wrongWaits } from '../../life/recovery.mjs';

const rules = { every: 6_000, lasts: 2_000, kinds: ['503', 'reset', 'hang'] };
const limits = { requestTime: 300, timeLimit: 4_000 };
const slack = 100;

const received = (at) => ({ at, type: 'token.received', ms: 300 });
const heldBack = (at, ms) => ({ at, type: 'token.held_back', ms });
const wait = (from, until, more = {}) => ({ from, until, failed: false, tokens: 1, ...more });

/** The waits that were wrong in the first outage, from 4,000 to 6,000. */
function judged({ kind = '503', requests = [], waits }) {
  const outages = outagesSince(0, { ...rules, kinds: [kind] }, 10_000);
  return wrongWaits(recoveries(outages, { requests, waits }, limits), slack);
}

describe('the outages of a run', () => {
  it('are the last part of each period, each with the next kind', () => {
    expect(outagesSince(1_000, rules, 17_000)).toEqual([
      { kind: '503', from: 5_000, until: 7_000 },
      { kind: 'reset', from: 11_000, until: 13_000 },
      { kind: 'hang', from: 17_000, until: 19_000 },
    ]);
  });
});

describe('what the waits of an outage are judged by', () => {
  const right = { passedBy: 0, tooLong: 0, withoutNeed: 0 };

  it('is one request after its end', () => {
    const waits = [wait(5_000, 6_400)];
    expect(judged({ waits, requests: [received(6_400)] })).toEqual(right);
    expect(judged({ waits, requests: [received(6_401)] })).toEqual({ ...right, tooLong: 1 });
    expect(judged({ waits })).toEqual({ ...right, tooLong: 1 });
  });

  it('is a back-off more where one went beyond the end', () => {
    const waits = [wait(5_000, 7_300)];
    expect(judged({ waits, requests: [heldBack(5_500, 900), received(7_300)] })).toEqual(right);
    expect(judged({ waits, requests: [heldBack(5_000, 900), received(7_300)] })).toEqual({ ...right, tooLong: 1 });
    expect(judged({ waits, requests: [heldBack(5_500, 900), received(7_301)] })).toEqual({ ...right, tooLong: 1 });
  });

  it('is no longer back-off than the outage can have led to', () => {
    const waits = [wait(5_000, 11_000)];
    expect(judged({ waits, requests: [heldBack(5_500, 2_000), received(8_400)] })).toEqual(right);
    expect(judged({ waits, requests: [heldBack(5_500, 5_000), received(8_401)] })).toEqual({ ...right, tooLong: 1 });
  });

  it('is a time limit more after a hang', () => {
    const waits = [wait(5_000, 9_000)];
    expect(judged({ kind: 'hang', waits, requests: [received(9_000)] })).toEqual(right);
    expect(judged({ kind: '503', waits, requests: [received(9_000)] })).toEqual({ ...right, tooLong: 1 });
  });

  it('is the end of the next outage where that one comes before', () => {
    const waits = [wait(5_000, 12_300)];
    expect(judged({ kind: 'hang', waits, requests: [received(12_300)] })).toEqual(right);
    expect(judged({ kind: 'hang', waits, requests: [received(17_000)] })).toEqual({ ...right, tooLong: 1 });
  });

  it('is that a token which has come serves them', () => {
    const requests = [received(6_300), received(8_600)];
    expect(judged({ waits: [wait(5_000, 8_600, { tokens: 2 })], requests })).toEqual({ ...right, passedBy: 1 });
  });

  it('is that there is need, which ends with the token that comes after the outage', () => {
    const requests = [received(6_300)];
    expect(judged({ waits: [wait(6_400, 6_700)], requests })).toEqual({ ...right, withoutNeed: 1 });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterOf } from '../src/retry-after.ts';

const now = Date.UTC(2026, 0, 1, 12);

const askedFor = (value: string, others: Record<string, string> = {}) =>
  retryAfterOf(new Response(null, { headers: { 'retry-after': value, ...others } }), now);

const at = (seconds: number) => new Date(now + 1_000 * seconds).toUTCString();

describe('E42 Retry-After', () => {
  it('is a number of seconds', () => {
    expect(askedFor('7')).toBe(7);
    expect(askedFor(' 7 ')).toBe(7);
  });

  it('is a date, by the local clock where the server tells no time of its own', () => {
    expect(askedFor(at(20))).toBe(20);
    expect(askedFor('Thu, 01-Jan-26 12:00:20 GMT')).toBe(20);
  });

  it('is a date by the server’s own clock where it tells that: it may be hours off', () => {
    expect(askedFor(at(7_220), { date: at(7_200) })).toBe(20);
    expect(askedFor(at(20), { date: 'yesterday' })).toBe(20);
  });

  it.each([
    ['a year', '31536000'],
    ['a year, as a date', at(31_536_000)],
    ['a number without end', '9'.repeat(400)],
  ])('that says %s is believed for five minutes', (_, value) => {
    expect(askedFor(value)).toBe(300);
  });

  it.each([
    ['nothing', ''],
    ['zero', '0'],
    ['a negative number', '-5'],
    ['a fraction', '1.5'],
    ['a date that is over', at(-60)],
    ['the very moment', at(0)],
    ['a date of no day', 'Thu, 45 Jan 2026 12:00:00 GMT'],
    ['a number that would be taken for a year', '+2030'],
    ['a date of another kind', '2026-01-01T12:01:00Z'],
    ['two values', '5, 10'],
    ['rubbish', 'soon'],
  ])('that says %s says nothing', (_, value) => {
    expect(askedFor(value)).toBeUndefined();
  });

  it('is not there', () => {
    expect(retryAfterOf(new Response(), now)).toBeUndefined();
  });

  it('is nothing, or within five minutes, whatever a server writes', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    fc.assert(
      fc.property(texts, texts, (value, date) => {
        const headers = { get: (name: string) => (name === 'date' ? date : value) };
        const seconds = retryAfterOf({ headers: Object.assign(new Headers(), headers) }, now);
        if (seconds === undefined) return;
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThanOrEqual(300);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digestOf,
  noSession,
  readSession,
  type StoredSession,
  withSpent,
  writeSession,
} from '../../src/stores/stored-session.ts';

const key = 'session:k';
const stored: StoredSession = {
  generation: 3,
  inUse: true,
  session: { refreshToken: 'the-refresh-token', reusable: false },
  spent: [digestOf('the-first')],
};

const changed = (change: Readonly<Record<string, unknown>>): string => {
  const members: unknown = JSON.parse(writeSession(key, stored));
  return JSON.stringify({ ...(typeof members === 'object' ? members : {}), ...change });
};

describe('a session as text', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.record({
          generation: fc.nat(),
          inUse: fc.boolean(),
          session: fc.option(fc.record({ refreshToken: fc.string(), reusable: fc.boolean() }), { nil: undefined }),
          spent: fc.array(fc.string()),
        }),
        (session) => {
          expect(readSession(writeSession(key, session), key)).toEqual(session);
        },
      ),
    );
    expect(readSession(writeSession(key, noSession), key)).toEqual(noSession);
  });

  it.each([
    { what: 'of another key', text: writeSession('session:other', stored) },
    { what: 'of another format', text: changed({ format: 2 }) },
    { what: 'without a format', text: changed({ format: undefined }) },
    { what: 'without a generation', text: changed({ generation: 'three' }) },
    { what: 'that doesn’t say whether it is in use', text: changed({ inUse: undefined }) },
    { what: 'whose refresh token is none', text: changed({ refreshToken: 7 }) },
    { what: 'that doesn’t say whether it may be sent again', text: changed({ reusable: undefined }) },
    { what: 'without what was exchanged', text: changed({ spent: undefined }) },
    { what: 'with something else that was exchanged', text: changed({ spent: ['a', 1] }) },
    { what: 'that is a list', text: '[]' },
    { what: 'that is no JSON', text: 'the-refresh-token' },
    { what: 'that is empty', text: '' },
  ])('E31 $what is none', ({ text }) => {
    expect(readSession(text, key)).toBeUndefined();
  });

  it('E31 is none, whatever else stands there', () => {
    fc.assert(fc.property(fc.json(), (text) => readSession(text, key) === undefined));
  });
});

describe('what was exchanged', () => {
  it('is remembered by its digest alone, once', () => {
    const spent = withSpent(withSpent([], 'the-refresh-token'), 'the-refresh-token');
    expect(spent).toEqual([digestOf('the-refresh-token')]);
    expect(spent.join()).not.toContain('the-refresh-token');
  });

  it('is as before where there is nothing more', () => {
    const spent = [digestOf('one')];
    expect(withSpent(spent, undefined)).toBe(spent);
  });

  it('is the first and the latest of many', () => {
    let spent: readonly string[] = [];
    for (let number = 0; number < 50; number += 1) spent = withSpent(spent, String(number));
    expect(spent).toHaveLength(20);
    expect(spent[0]).toBe(digestOf('0'));
    expect(spent.slice(1)).toEqual(Array.from({ length: 19 }, (_, index) => digestOf(String(31 + index))));
  });
});

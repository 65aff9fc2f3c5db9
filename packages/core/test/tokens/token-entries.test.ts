import { manualClock } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { type EntrySettings, type Kept, TokenEntries } from '../../src/tokens/token-entries.ts';
import { requestOf, tokenOf } from './scripted-source.ts';

const minute = 60_000;
const own = requestOf('own', true);
const users = requestOf('a user');

function tokenEntries(changes: Partial<EntrySettings> = {}) {
  const clock = manualClock();
  const told: Kept[] = [];
  const settings: EntrySettings = {
    clock,
    random: () => 1,
    capacity: 100,
    expiryMargin: 30_000,
    expiryMarginShare: 0.05,
    renewalMargin: 300_000,
    renewalMarginShare: 0.25,
    renewalJitter: 0,
    ...changes,
  };
  const entries = new TokenEntries(settings, ({ ...kept }) => void told.push(kept));
  const token = (value: string, lifetime = 60 * minute) => tokenOf(value, clock.now(), lifetime);
  return { clock, entries, told, token };
}

describe('row "memory cache"', () => {
  it('E54 never pushes the client’s own token out for those of users', () => {
    const { entries, token } = tokenEntries();
    entries.keep(own, token('own'));
    for (let user = 0; user < 10_000; user += 1) entries.keep(requestOf(`user ${user}`), token(`of user ${user}`));
    expect(entries.get(own)?.token.value).toBe('own');
    expect(entries.get(requestOf('user 0'))).toBeUndefined();
    expect(entries.get(requestOf('user 9999'))?.token.value).toBe('of user 9999');
    expect(entries.size).toBe(101);
  });

  it('keeps apart what the keys tell apart', () => {
    const { entries, token } = tokenEntries();
    entries.keep(own, token('own'));
    entries.keep(users, token('a user’s'));
    expect([entries.get(own)?.token.value, entries.get(users)?.token.value]).toEqual(['own', 'a user’s']);
    expect(entries.own?.token.value).toBe('own');
  });

  it('E02 keeps none that is over on arrival', () => {
    const { entries, token } = tokenEntries();
    for (const request of [own, users]) {
      for (const lifetime of [0, -5_000]) expect(entries.keep(request, token('over', lifetime))).toBe(false);
    }
    expect(entries.size).toBe(0);
  });
});

it('forgets this very token, and notes its value until its own end', () => {
  for (const request of [own, users]) {
    const { clock, entries, token } = tokenEntries();
    const first = token('first');
    entries.keep(request, first);
    expect(entries.forget(request, token('another'))).toBe(false);
    expect([entries.rejected(request), entries.lastRejected(request)]).toEqual([[], false]);
    expect(entries.forget(request, first)).toBe(true);
    expect(entries.get(request)).toBeUndefined();
    expect([entries.rejected(request), entries.lastRejected(request)]).toEqual([['first'], true]);
    expect(entries.forget(request, first)).toBe(false);
    entries.keep(request, token('second'));
    expect([entries.rejected(request), entries.lastRejected(request)]).toEqual([['first'], false]);
    clock.set(first.expiresAt);
    expect(entries.rejected(request)).toEqual([]);
  }
});

describe('row "renewal fails"', () => {
  it('puts the next renewal off by 1 s, doubling to 30 s', () => {
    const { clock, entries, token } = tokenEntries();
    entries.keep(users, token('first'));
    const entry = entries.get(users);
    const pauses = Array.from({ length: 7 }, () => {
      entries.postpone(entry);
      return ((entry?.dueAt ?? 0) - clock.now()) / 1_000;
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it('looks again soon where another process is at it, which is no failure', () => {
    const { clock, entries, token } = tokenEntries();
    entries.keep(users, token('first'));
    const entry = entries.get(users);
    entries.lookAgain(entry);
    expect([(entry?.dueAt ?? 0) - clock.now(), entry?.failures]).toEqual([1_000, 0]);
  });

  it('is nothing where there was no token', () => {
    const { entries, told } = tokenEntries();
    entries.postpone(undefined);
    entries.lookAgain(undefined);
    expect(told).toEqual([]);
  });
});

it('tells of the client’s own token when it is kept or its renewal put off, and of no other', () => {
  const { clock, entries, told, token } = tokenEntries();
  entries.keep(users, token('a user’s'));
  entries.postpone(entries.get(users));
  expect(told).toEqual([]);
  const start = clock.now();
  entries.keep(own, token('own'));
  entries.postpone(entries.get(own));
  entries.lookAgain(entries.get(own));
  expect(told.map(({ dueAt }) => dueAt - start)).toEqual([55 * minute, 1_000, 1_000]);
  // Another one has taken its place.
  const before = entries.get(own);
  entries.keep(own, token('second'));
  entries.postpone(before);
  expect(told).toHaveLength(4);
});

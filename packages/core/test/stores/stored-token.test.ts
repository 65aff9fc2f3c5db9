import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonObject } from '../../src/json-object.ts';
import { type Reading, readToken, writeToken } from '../../src/stores/stored-token.ts';
import { longestLifetime } from '../../src/token-endpoint/granted-token.ts';
import { type AccessToken, HeldAccessToken, type Prove } from '../../src/tokens/access-token.ts';
import { anyText } from '../any-text.ts';
import { tokenOf } from '../tokens/scripted-source.ts';

const key = 'token:k';
const hour = 3_600_000;
const now = Date.UTC(2026, 0, 1);
const prove: Prove = () => Promise.resolve('a proof');

const reading = (changes: Partial<Reading> = {}): Reading => ({
  key,
  now,
  remaining: undefined,
  prove: undefined,
  ...changes,
});

/** What a token is to whoever holds it. */
const membersOf = (token: AccessToken | undefined) =>
  token && {
    authorization: token.authorization,
    obtainedAt: token.obtainedAt,
    expiresAt: token.expiresAt,
    scope: token.scope,
  };

/** The members of a good entry, these in the place of its own. */
function entryWith(changes: Readonly<Record<string, unknown>>): string {
  const good = parseJsonObject(writeToken(key, tokenOf('the-token', now, hour))) ?? [];
  return JSON.stringify({ ...Object.fromEntries(good), ...changes });
}

describe('a token in the store', () => {
  it('is read as it was written', () => {
    const written = new HeldAccessToken({ value: 'the-token', obtainedAt: now, expiresAt: now + hour, scope: 'a b' });
    const read = readToken(writeToken(key, written), reading());
    expect(membersOf(read)).toEqual(membersOf(written));
  });

  it('E33 proves the possession of the key that it is bound to', async () => {
    const written = new HeldAccessToken({ value: 'the-token', obtainedAt: now, expiresAt: now + hour, prove });
    const text = writeToken(key, written);
    const read = readToken(text, reading({ prove }));
    expect(read?.tokenType).toBe('DPoP');
    expect(await read?.proof('GET', 'https://api.example')).toBe('a proof');
    expect(readToken(text, reading())).toBeUndefined();
  });

  it('is a Bearer token where it was one, whatever the client can prove', () => {
    const read = readToken(writeToken(key, tokenOf('the-token', now, hour)), reading({ prove }));
    expect(read?.authorization).toBe('Bearer the-token');
  });
});

describe('row "expiry in the store"', () => {
  const text = writeToken(key, tokenOf('the-token', now, hour));

  it('E32 ends when the store says, however wrong the clocks of writer and reader are', () => {
    for (const skew of [-12 * hour, 0, 12 * hour]) {
      const read = readToken(text, reading({ now: now + skew, remaining: 60_000 }));
      expect(read?.expiresAt).toBe(now + skew + 60_000);
      expect(read?.obtainedAt).toBe(now + skew + 60_000 - hour);
    }
  });

  it('E32 never lives longer than it did when it was new', () => {
    expect(readToken(text, reading({ remaining: 2 * hour }))?.expiresAt).toBe(now + hour);
    expect(readToken(text, reading({ now: now - 12 * hour }))?.expiresAt).toBe(now - 11 * hour);
  });

  it('E32 ends by the writer’s clock where the store can’t tell', () => {
    expect(readToken(text, reading({ now: now + 1_000 }))?.expiresAt).toBe(now + hour);
  });
});

describe('E31 what is no token of ours', () => {
  it('is as if absent: another format, key or type, members missing or of another type', () => {
    const changes: readonly Readonly<Record<string, unknown>>[] = [
      { format: 0 },
      { format: 2 },
      { format: '1' },
      { format: undefined },
      { key: 'token:another' },
      { key: undefined },
      { type: 'MAC' },
      { type: 'bearer' },
      { type: undefined },
      { value: undefined },
      { value: 1 },
      { value: ['the-token'] },
      { value: { toString: 'the-token' } },
      { lifetime: 0 },
      { lifetime: -1 },
      { lifetime: longestLifetime + 1 },
      { lifetime: '3600000' },
      { lifetime: null },
      { lifetime: undefined },
      { expiresAt: 'tomorrow' },
      { expiresAt: undefined },
      { scope: 1 },
      { scope: null },
      { scope: ['a'] },
    ];
    expect(readToken(entryWith({}), reading())?.value).toBe('the-token');
    for (const change of changes)
      expect([change, readToken(entryWith(change), reading())]).toEqual([change, undefined]);
  });

  it('is as if absent: a value that no server gives and no header holds', () => {
    for (const value of ['', ' ', 'a\r\nx: y', 'a\n', ' a', 'a\t', 'a\0', 'ä', '\u2028', '🗼']) {
      expect([value, readToken(entryWith({ value }), reading())]).toEqual([value, undefined]);
    }
  });

  it('is as if absent: members of a prototype', () => {
    expect(readToken(`{"format":1,"key":"${key}","__proto__":${entryWith({})}}`, reading())).toBeUndefined();
    expect(readToken(`{"__proto__":${entryWith({})}}`, reading())).toBeUndefined();
    expect({}).not.toHaveProperty('value');
  });

  it('is as if absent: an old format, and texts of anybody else', () => {
    const texts = ['', 'null', '[]', '"the-token"', '1', '{}', '{', 'the-token', '\u0000', '{"value":"the-token"}'];
    const old = JSON.stringify({ version: 0, accessToken: 'the-token', expiresAt: now + hour });
    const huge = `{"format":1,"key":"${key}","value":"${'x'.repeat(5_000_000)}`;
    for (const text of [...texts, old, huge, '['.repeat(100_000)]) expect(readToken(text, reading())).toBeUndefined();
  });

  it('never throws, whatever the text is', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.json()), (text) => {
        expect(readToken(text, reading({ prove }))).toBeUndefined();
      }),
    );
  });

  it('gives no other token than the one that was written, whatever a member is changed to', () => {
    const names = fc.constantFrom('format', 'key', 'value', 'type', 'lifetime', 'expiresAt', '__proto__', 'toString');
    const remaining = fc.option(fc.double(), { nil: undefined });
    fc.assert(
      fc.property(names, fc.jsonValue(), remaining, (name, value, left) => {
        const text = `${entryWith({}).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`;
        const token = readToken(text, reading({ prove, remaining: left }));
        if (token === undefined) return;
        if (name !== 'value') expect(token.value).toBe('the-token');
        // Whoever might use it has one that ends.
        if (token.expiresAt > now) expect(token.expiresAt).toBeLessThanOrEqual(now + longestLifetime);
      }),
    );
  });
});

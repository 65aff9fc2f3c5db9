import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AskedSources } from '../../src/token-endpoint/asked-sources.ts';

/** Asks a function that gives these, one after the other; whether the second is another, and how often it was asked. */
async function askedTwice(...values: [unknown, unknown]) {
  const sources = new AskedSources();
  let asked = 0;
  const source = () => Promise.resolve(values[asked++]);
  await sources.ask(source);
  await sources.ask(source);
  expect(asked).toBe(1);
  const changed = await sources.changed();
  const present = await sources.ask(source);
  expect(asked).toBe(2);
  expect(present).toBe(values[1]);
  return changed;
}

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

describe('E27 a function of the client', () => {
  it('is asked once, and once more for a change', async () => {
    expect(await askedTwice('a', 'b')).toBe(true);
    expect(await askedTwice('a', 'a')).toBe(false);
  });

  it('gives the same by value, whatever object that comes in', async () => {
    const key = ec();
    const copy = createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' }));
    expect(await askedTwice(key, copy)).toBe(false);
    expect(await askedTwice(key, ec())).toBe(true);
    expect(await askedTwice(key.export({ format: 'jwk' }), copy.export({ format: 'jwk' }))).toBe(false);
    expect(await askedTwice(key.export({ format: 'jwk' }), ec().export({ format: 'jwk' }))).toBe(true);
    expect(await askedTwice({ cert: Buffer.from('a'), key: 'k' }, { cert: Buffer.from('a'), key: 'k' })).toBe(false);
    expect(await askedTwice({ cert: Buffer.from('a'), key: 'k' }, { cert: Buffer.from('b'), key: 'k' })).toBe(true);
  });

  it('is one of several, and each is asked once more', async () => {
    const sources = new AskedSources();
    const asked: string[] = [];
    const stays = () => (asked.push('stays'), 'same');
    const moves = () => (asked.push('moves'), asked.length);
    await sources.ask(moves);
    await sources.ask(stays);
    expect(await sources.changed()).toBe(true);
    expect(asked).toEqual(['moves', 'stays', 'moves', 'stays']);
  });

  it('there is none of: nothing changes', async () => {
    expect(await new AskedSources().changed()).toBe(false);
  });
});

import { manualClock, memoryStore } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { TokenRequestError } from '../../src/errors.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import { parseJsonObject } from '../../src/json-object.ts';
import { encryption } from '../../src/stores/encryption.ts';
import { GuardedStore, StoreUnavailable } from '../../src/stores/guarded-store.ts';
import { plainTexts, type Seal } from '../../src/stores/seal.ts';
import { SharedEntries, type SharedEntrySettings } from '../../src/stores/shared-entries.ts';
import type { SharedFailure } from '../../src/stores/stored-failure.ts';
import { HeldAccessToken } from '../../src/tokens/access-token.ts';
import { deferred } from '../token-endpoint/asking.ts';
import { tokenOf } from '../tokens/scripted-source.ts';
import { key as encryptionKey } from './sealing.ts';

const hour = 3_600_000;

function scene(changes: Partial<SharedEntrySettings> = {}) {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const events: OutboundAuthEvent[] = [];
  const emit = (event: OutboundAuthEvent) => void events.push(event);
  const guarded = new GuardedStore(store, { clock, random: () => 1, emit, storeTimeout: 250 });
  const settings = { client: 'billing', clock, emit, seal: plainTexts, prove: undefined, ...changes };
  const entries = new SharedEntries(settings);
  return { clock, store, events, guarded, entries, work: () => guarded.work() };
}

const failure: SharedFailure = {
  error: new TokenRequestError('out of order', { code: 'token_endpoint_unreachable', client: 'billing' }),
  times: 1,
  credential: undefined,
  length: 2_000,
};

describe('a shared token', () => {
  it('is found by whoever has the key, with the text that it stands in', async () => {
    const { clock, store, entries, work } = scene();
    await entries.putToken(work(), 'k', tokenOf('the-token', clock.now(), hour));
    const found = await entries.token(work(), 'k');
    expect(found?.token.value).toBe('the-token');
    expect(found?.text).toBe((await store.get('token:k'))?.value);
    expect(await entries.token(work(), 'another')).toBeUndefined();
  });

  it('is deleted by its text, and not when another stands there', async () => {
    const { clock, store, entries, work } = scene();
    await entries.putToken(work(), 'k', tokenOf('first', clock.now(), hour));
    const first = await entries.token(work(), 'k');
    await entries.putToken(work(), 'k', tokenOf('second', clock.now(), hour));
    await entries.deleteToken(work(), 'k', first?.text ?? '');
    expect((await entries.token(work(), 'k'))?.token.value).toBe('second');
    await entries.deleteToken(work(), 'k', (await store.get('token:k'))?.value ?? '');
    expect(await entries.token(work(), 'k')).toBeUndefined();
  });

  it('is one operation to read, and one to write', async () => {
    const { clock, store, entries, work } = scene();
    await entries.putToken(work(), 'k', tokenOf('the-token', clock.now(), hour));
    await entries.token(work(), 'k');
    expect(store.operations).toEqual([
      { name: 'set', key: 'token:k' },
      { name: 'get', key: 'token:k' },
    ]);
  });
});

describe('row "expiry in the store"', () => {
  it('E32 ends with its token, or a little earlier', async () => {
    const { clock, store, entries, work } = scene();
    const token = tokenOf('the-token', clock.now(), 60_000.9);
    await clock.advance(10_000);
    await entries.putToken(work(), 'k', token);
    expect((await store.get('token:k'))?.remaining).toBe(50_000);
    await clock.advance(49_999);
    expect((await entries.token(work(), 'k'))?.token.expiresAt).toBe(clock.now() + 1);
    await clock.advance(1);
    expect(await entries.token(work(), 'k')).toBeUndefined();
  });

  it('E32 ends with its token where encrypting took time', async () => {
    const clock = manualClock();
    const slow: Seal = {
      ...plainTexts,
      seal: (_key, text) => new Promise((done) => void clock.after(200, () => done(text))),
    };
    const { store, entries, work } = scene({ seal: slow, clock });
    const writing = entries.putToken(work(), 'k', tokenOf('the-token', clock.now(), 60_000));
    await clock.advance(200);
    await writing;
    expect((await store.get('token:k'))?.remaining).toBe(59_800);
  });

  it('E32 keeps nothing of a token that is over, or over before it is encrypted', async () => {
    const clock = manualClock();
    const slow: Seal = {
      ...plainTexts,
      seal: (_key, text) => new Promise((done) => void clock.after(200, () => done(text))),
    };
    const { store, entries, work } = scene({ seal: slow, clock });
    for (const lifetime of [-hour, 0, 0.5]) await entries.putToken(work(), 'k', tokenOf('over', clock.now(), lifetime));
    const writing = entries.putToken(work(), 'k', tokenOf('soon over', clock.now(), 200));
    await clock.advance(200);
    await writing;
    expect(store.operations).toEqual([]);
  });

  it('E32 counts what is left from before the store was asked', async () => {
    const { clock, store, entries, work } = scene();
    await entries.putToken(work(), 'k', tokenOf('the-token', clock.now(), 60_000));
    store.fail('hang');
    const asked = clock.now();
    const reading = entries.token(work(), 'k');
    await clock.advance(200);
    store.recover();
    expect((await reading)?.token.expiresAt).toBe(asked + 59_800);
  });
});

describe('E31 what can’t be read', () => {
  it('is as if absent, with an event, and gives way to what is written next', async () => {
    const { clock, store, events, entries, work } = scene();
    const texts = ['rubbish', '{}', JSON.stringify({ format: 0, key: 'token:k', value: 'old' })];
    for (const text of texts) {
      await store.set('token:k', text, hour);
      expect(await entries.token(work(), 'k')).toBeUndefined();
      await store.set('failure:token:k', text, hour);
      expect(await entries.failure(work(), 'token', 'k', false)).toBeUndefined();
    }
    expect(events).toEqual(Array.from({ length: 6 }, () => ({ type: 'store.entry_ignored', client: 'billing' })));
    await entries.putToken(work(), 'k', tokenOf('the-token', clock.now(), hour));
    expect((await entries.token(work(), 'k'))?.token.value).toBe('the-token');
  });

  it('is told of once for each search, however often that looks while it waits for a lock', async () => {
    const { store, events, entries, work } = scene();
    await store.set('token:k', 'no token of ours', hour);
    const search = work();
    for (let round = 0; round < 5; round += 1) await entries.token(search, 'k', round > 0);
    expect(events).toHaveLength(1);
    await entries.token(work(), 'k');
    expect(events).toHaveLength(2);
  });

  it('is an entry of another key, put there by whomever', async () => {
    const { clock, store, entries, work } = scene();
    await entries.putToken(work(), 'one user', tokenOf('the-token', clock.now(), hour));
    await store.set('token:another user', (await store.get('token:one user'))?.value ?? '', hour);
    expect(await entries.token(work(), 'another user')).toBeUndefined();
  });

  it('is what was encrypted with a key that isn’t known here, or not encrypted at all', async () => {
    const clock = manualClock();
    const { store, events, entries, work } = scene({ clock, seal: encryption([encryptionKey()], clock) });
    const token = tokenOf('the-token', clock.now(), hour);
    for (const seal of [encryption([encryptionKey()], clock), plainTexts]) {
      const other = scene({ clock, seal });
      await other.entries.putToken(other.work(), 'k', token);
      await store.set('token:k', (await other.store.get('token:k'))?.value ?? '', hour);
      expect(await entries.token(work(), 'k')).toBeUndefined();
    }
    expect(events).toHaveLength(2);
  });

  it('is told by no event where nothing stands', async () => {
    const { events, entries, work } = scene();
    await entries.token(work(), 'k');
    await entries.failure(work(), 'token', 'k', false);
    expect(events).toEqual([]);
  });
});

describe('a key of encryption that can’t be had', () => {
  const noKey = () => Promise.reject(new Error('the vault is closed'));

  it('is a store that can’t be used, for reading and for writing', async () => {
    const clock = manualClock();
    const { store, events, entries, work } = scene({ clock, seal: encryption([noKey], clock) });
    await store.set('token:k', 'a text', hour);
    await expect(entries.token(work(), 'k')).rejects.toBeInstanceOf(StoreUnavailable);
    await clock.advance(1_000);
    const token = tokenOf('the-token', clock.now(), hour);
    await expect(entries.putToken(work(), 'k', token)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(events.map(({ type }) => type)).toEqual(['store.failed']);
    // Looked for, and read when what encrypts was loaded.
    expect(store.operations.map(({ name }) => name)).toEqual(['set', 'get', 'get']);
  });
});

describe('what encrypts', () => {
  it('is loaded on its own time, which is not the store’s, and not waited for where nothing stands', async () => {
    const loaded = deferred<undefined>();
    let loading: Promise<undefined> | undefined = loaded.promise;
    const seal: Seal = {
      ...plainTexts,
      load: () => loading,
      open: async (key, text) => {
        await loaded.promise;
        return plainTexts.open(key, text);
      },
    };
    const { clock, store, events, entries, work } = scene({ seal });
    const writer = scene({ clock });
    await writer.entries.putToken(writer.work(), 'k', tokenOf('the-token', clock.now(), hour));
    await store.set('token:k', (await writer.store.get('token:k'))?.value ?? '', hour);
    expect(await entries.token(work(), 'another')).toBeUndefined();
    const found = entries.token(work(), 'k');
    await clock.advance(1_000);
    loading = undefined;
    loaded.resolve(undefined);
    expect((await found)?.token.value).toBe('the-token');
    expect(events).toEqual([]);
  });
});

describe('E33 a token bound to a key', () => {
  const prove = () => Promise.resolve('a proof');

  it('is proved by this process’s own key; nothing of that stands in the store', async () => {
    const { clock, store, entries, work } = scene({ prove: () => Promise.resolve(prove) });
    const members = { value: 'the-token', obtainedAt: clock.now(), expiresAt: clock.now() + hour, prove };
    await entries.putToken(work(), 'k', new HeldAccessToken(members));
    const text = (await store.get('token:k'))?.value ?? '';
    const names = Array.from(parseJsonObject(text) ?? [], ([name]) => name);
    expect(names.sort()).toEqual(['expiresAt', 'format', 'key', 'lifetime', 'type', 'value']);
    expect(await (await entries.token(work(), 'k'))?.token.proof('GET', 'https://api.example')).toBe('a proof');
  });
});

describe('a shared failure', () => {
  it('is heeded for what is left of it', async () => {
    const { clock, entries, work } = scene();
    await entries.putFailure(work(), 'token', 'k', failure);
    expect(await entries.failure(work(), 'token', 'k', false)).toEqual(failure);
    await clock.advance(1_500);
    expect(await entries.failure(work(), 'token', 'k', false)).toEqual({ ...failure, length: 500 });
    await clock.advance(500);
    expect(await entries.failure(work(), 'token', 'k', false)).toBeUndefined();
  });

  it('is heeded for its whole length where the store can’t tell what is left', async () => {
    const clock = manualClock();
    const { entries, work, store } = scene({ clock });
    await entries.putFailure(work(), 'token', 'k', failure);
    const text = (await store.get('failure:token:k'))?.value ?? '';
    const simple = { ...store, get: () => Promise.resolve({ value: text }) };
    const guarded = new GuardedStore(simple, { clock, random: () => 1, emit: () => undefined, storeTimeout: 250 });
    expect(await entries.failure(guarded.work(), 'token', 'k', false)).toEqual(failure);
  });

  it('is apart from the token of its key', async () => {
    const { clock, entries, work } = scene();
    await entries.putFailure(work(), 'token', 'k', failure);
    expect(await entries.token(work(), 'k')).toBeUndefined();
    await entries.putToken(work(), 'k', tokenOf('the-token', clock.now(), hour));
    expect(await entries.failure(work(), 'token', 'k', false)).toEqual(failure);
  });
});

import { storeContract } from '@outbound-auth/testing';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import Keyv4 from 'keyv-4';
import { KeyvFile } from 'keyv-file';
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encryption } from '../../src/stores/encryption.ts';
import { keyvStore, type KeyvLike } from '../../src/stores/keyv-store.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';

type Backend = KeyvStoreAdapter | Map<string, string>;

const versions: [name: string, make: (backend: Backend) => KeyvLike][] = [
  ['Keyv 4', (backend) => new Keyv4({ store: untyped(backend) })],
  ['Keyv 5', (backend) => new Keyv({ store: backend, throwOnErrors: true })],
];

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'outbound-auth-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

for (const [name, make] of versions) {
  storeContract(
    { describe, it },
    {
      name: `keyvStore on ${name}`,
      locks: false,
      start: async () => {
        vi.useFakeTimers({ toFake: ['Date'] });
        const backend = new Map<string, string>();
        return {
          store: keyvStore(make(backend)),
          other: keyvStore(make(backend)),
          pass: async (milliseconds) => void vi.setSystemTime(Date.now() + milliseconds),
          close: async () => void vi.useRealTimers(),
        };
      },
    },
  );
}

/** What fails by rejecting. */
const rejecting = () => {
  const fail = () => Promise.reject(new Error('the backend is down'));
  return { get: fail, set: fail, delete: fail, clear: fail };
};

/** What tells of its failures by events, as adapters of databases do, and answers as if nothing were there. */
const emitting = () => {
  const events = new EventEmitter();
  const fail = async () => void events.emit('error', new Error('the backend is down'));
  return Object.assign(events, { get: fail, set: fail, delete: fail, clear: fail });
};

describe.each(versions)('keyvStore on %s', (_name, make) => {
  it.each([
    ['rejects', rejecting],
    ['tells of it by an event', emitting],
  ])('E29 hands a failure on to core, where the backend %s', async (_how, backend) => {
    const store = keyvStore(make(untyped(backend())));
    const failure = new Error('the backend is down');
    await expect(store.get('key')).rejects.toThrow(failure);
    await expect(store.set('key', 'text', 1_000)).rejects.toThrow(failure);
    await expect(store.set('key', 'text', 0)).rejects.toThrow(failure);
    await expect(store.delete('key', 'text')).rejects.toThrow(failure);
  });

  it('E29 goes on when the backend is back', async () => {
    const map = new Map<string, string>();
    const events = new EventEmitter();
    const backend = Object.assign(events, {
      get: async (key: string) => map.get(key),
      set: async (key: string, value: string) => map.set(key, value),
      delete: async (key: string) => map.delete(key),
      clear: async () => map.clear(),
    });
    const store = keyvStore(make(untyped(backend)));
    // A connection that is lost between two operations, which would end the process if nobody listened.
    events.emit('error', new Error('the connection is lost'));
    await store.set('key', 'text', 60_000);
    expect(await store.get('key')).toEqual({ value: 'text' });
  });

  it('E32 keeps nothing for so short a time that it would be for ever', async () => {
    const backend = new Map<string, string>();
    const store = keyvStore(make(backend));
    for (const lifetime of [0.2, 1]) {
      await store.set('key', 'text', 60_000);
      await store.set('key', 'over', lifetime);
      expect(await store.get('key')).toBeUndefined();
    }
  });

  it.each(['rubbish{', '', '5', '"text"', 'null', '{}', '{"value":7}', '{"value":{"value":"text"}}'])(
    'E31 takes %o in its place for nothing',
    async (rubbish) => {
      const backend = new Map<string, string>();
      const store = keyvStore(make(backend));
      await store.set('key', 'text', 60_000);
      const [place = ''] = backend.keys();
      backend.set(place, rubbish);
      expect(await store.get('key')).toBeUndefined();
      await store.delete('key', 'text');
      await store.set('key', 'next', 60_000);
      expect(await store.get('key')).toEqual({ value: 'next' });
    },
  );
});

describe('keyvStore', () => {
  it('E29 says that something was not written, where Keyv says no more', async () => {
    const map = new Map<string, string>();
    const store = keyvStore({
      get: async (key) => map.get(key),
      set: async () => false,
      delete: async (key) => map.delete(key),
    });
    await expect(store.set('key', 'text', 1_000)).rejects.toThrow('Keyv has not written it');
    await store.set('key', 'text', 0);
  });

  it('E29 hands on a failure that is told by something else than an error', async () => {
    const keyv = Object.assign(new EventEmitter(), {
      get: async () => void keyv.emit('error', 'down'),
      set: async () => true,
      delete: async () => true,
    });
    const failure = await keyvStore(keyv)
      .get('key')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: 'Keyv failed', cause: 'down' });
  });

  it('shares files between processes, in which no text can be read that was encrypted', async () => {
    const filename = await temporaryDirectory();
    const key = randomBytes(32);
    const process = () => ({
      store: keyvStore(new Keyv({ store: new KeyvFile({ filename, separatedFile: true }), throwOnErrors: true })),
      seal: encryption([key], { now: () => 0 }),
    });
    const [one, other] = [process(), process()];
    await one.store.set('token:key', await one.seal.seal('token:key', 'an-access-token'), 60_000);
    const stored = await other.store.get('token:key');
    expect(await other.seal.open('token:key', stored?.value ?? '')).toBe('an-access-token');
    const files = await readdir(filename, { recursive: true, withFileTypes: true });
    const contents = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')),
    );
    expect(contents.join('\n')).toContain(stored?.value);
    expect(contents.join('\n')).not.toContain('an-access-token');
  });

  it('refuses what is no Keyv, and one that would hide its failures', () => {
    const none = (what: string) => [
      `keyvStore(keyv): must be a Keyv, such as new Keyv({ store, throwOnErrors: true }), not ${what}`,
    ];
    const problems = (keyv: unknown) => problemsOf(() => keyvStore(untyped(keyv)));
    expect(problems(undefined)).toEqual(none('undefined'));
    expect(problems('sqlite://tokens.sqlite')).toEqual(none('a text'));
    expect(problems({ get() {}, set() {}, del() {} })).toEqual(none('an object'));
    // It would keep tokens for ever.
    expect(problems(new Map())).toEqual(none('a Map or Set'));
    expect(problems(new Keyv())).toEqual([
      'keyvStore(keyv): would take a failed read for an empty one; make it by new Keyv({ store, throwOnErrors: true })',
    ]);
  });
});

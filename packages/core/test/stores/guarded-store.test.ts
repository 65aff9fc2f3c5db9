import { exposedSecrets, manualClock, memoryStore, type ManualClock, type MemoryStore } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { OutboundAuthError } from '../../src/errors.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import { type GuardSettings, GuardedStore, StoreUnavailable } from '../../src/stores/guarded-store.ts';
import type { StoreLock } from '../../src/stores/token-store.ts';
import { deferred } from '../token-endpoint/asking.ts';

interface Scene {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly guarded: GuardedStore;
  readonly events: readonly OutboundAuthEvent[];
  /** What the guard has told, in short. */
  readonly told: () => string[];
}

function scene(changes: Partial<GuardSettings> = {}): Scene {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const events: OutboundAuthEvent[] = [];
  const emit = (event: OutboundAuthEvent) => void events.push(event);
  const guarded = new GuardedStore(store, { clock, random: () => 1, emit, storeTimeout: 250, ...changes });
  return { clock, store, guarded, events, told: () => events.map(({ type }) => type) };
}

/** What one call does: reads, locks, writes. */
const read = ({ guarded }: Scene, work = guarded.work()) => work.do((store) => store.get('k'), { access: 'read' });
const lock = ({ guarded }: Scene, work = guarded.work()) =>
  work.do(async (store) => store.lock?.('k', 3_000), { access: 'lock' });
const write = ({ guarded }: Scene, work = guarded.work()) =>
  work.do((store) => store.set('k', 'a text', 1_000), { access: 'write' });

const unavailable = (work: Promise<unknown>) => expect(work).rejects.toBeInstanceOf(StoreUnavailable);

/** An operation of that many milliseconds. */
const taking = (clock: ManualClock, milliseconds: number) => (): Promise<string> =>
  new Promise((resolve) => void clock.after(milliseconds, () => resolve('done')));

describe('row "store slow or down"', () => {
  it('E29 leaves a store aside for a second that is down, and tells it once', async () => {
    const at = scene();
    at.store.fail('down');
    await unavailable(read(at));
    await unavailable(read(at));
    await at.clock.advance(999);
    await unavailable(write(at));
    expect(at.store.operations).toHaveLength(1);
    expect(at.told()).toEqual(['store.failed']);
    expect(at.guarded.state).toBe('skipped');
    expect(at.events[0]).toMatchObject({
      error: {
        code: 'store_unavailable',
        status: 503,
        message:
          'the store does not answer as it should: Error, with a message that may hold a token and is not shown. Tokens are requested without it until it does',
      },
    });
  });

  it('E29 leaves it aside twice as long each time, up to 30 s', async () => {
    const at = scene();
    at.store.fail('down');
    await unavailable(read(at));
    for (const length of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = at.store.operations.length;
      await at.clock.advance(length - 1);
      await unavailable(read(at));
      expect(at.store.operations).toHaveLength(before);
      await at.clock.advance(1);
      await unavailable(read(at));
      expect([length, at.store.operations.length]).toEqual([length, before + 1]);
    }
    expect(at.told()).toEqual(['store.failed']);
  });

  it('E29 leaves it aside a little less at random, so that a fleet doesn’t come back at once', async () => {
    const at = scene({ random: () => 0 });
    at.store.fail('down');
    await unavailable(read(at));
    await at.clock.advance(750);
    await unavailable(read(at));
    expect(at.store.operations).toHaveLength(2);
  });

  it('E29 takes it up again when it is back, and tells it once', async () => {
    const at = scene();
    at.store.fail('down');
    await unavailable(read(at));
    at.store.recover();
    await unavailable(read(at));
    await at.clock.advance(1_000);
    await read(at);
    await read(at);
    expect(at.told()).toEqual(['store.failed', 'store.recovered']);
    expect(at.guarded.state).toBe('up');
  });

  it('E29 tells each change of state once, and begins with a second again', async () => {
    const at = scene();
    for (let time = 0; time < 3; time += 1) {
      at.store.fail('down');
      await unavailable(read(at));
      at.store.recover();
      await at.clock.advance(1_000);
      await read(at);
    }
    const change = ['store.failed', 'store.recovered'];
    expect(at.told()).toEqual([...change, ...change, ...change]);
  });

  it('E29 waits for a store that hangs as long as one call can spare', async () => {
    const at = scene();
    at.store.fail('hang');
    const work = unavailable(read(at));
    await at.clock.advance(249);
    expect(at.guarded.state).toBe('up');
    await at.clock.advance(1);
    await work;
    expect(at.guarded.state).toBe('skipped');
    expect(at.events[0]).toMatchObject({ error: { cause: { message: 'no answer within 250 ms (storeTimeout)' } } });
  });

  it('E29 tells once of many calls that hang together', async () => {
    const at = scene();
    at.store.fail('hang');
    const works = Array.from({ length: 20 }, () => unavailable(read(at)));
    await at.clock.advance(250);
    await Promise.all(works);
    expect(at.told()).toEqual(['store.failed']);
    // As long as after one.
    await at.clock.advance(1_000);
    at.store.recover();
    await read(at);
    expect(at.guarded.state).toBe('up');
  });

  it('E29 tries it by one call at a time', async () => {
    const at = scene();
    at.store.fail('down');
    await unavailable(read(at));
    await at.clock.advance(1_000);
    at.store.fail('hang');
    const probe = read(at);
    await unavailable(read(at));
    await unavailable(write(at));
    expect(at.store.operations).toHaveLength(2);
    at.store.recover();
    await probe;
    await read(at);
    expect(at.told()).toEqual(['store.failed', 'store.recovered']);
  });

  it('E29 tries it by one call at a time, also when what began before fails meanwhile', async () => {
    const at = scene();
    const answer = deferred<string>();
    const slow = unavailable(
      at.guarded.work().do(async () => {
        throw new Error(await answer.promise);
      }),
    );
    at.store.fail('down');
    await unavailable(read(at));
    // A wall clock that was set forward: what is under way has its time still.
    at.clock.set(at.clock.now() + 1_000);
    at.store.fail('hang');
    const probe = read(at);
    answer.resolve('late');
    await slow;
    at.clock.set(at.clock.now() + 2_000);
    await unavailable(read(at));
    at.store.recover();
    await probe;
    expect(at.told()).toEqual(['store.failed', 'store.recovered']);
  });

  it('E29 isn’t taken in by what answers late: that began before it was left aside', async () => {
    const at = scene();
    const answer = deferred<string>();
    const slow = at.guarded.work().do(() => answer.promise);
    at.store.fail('down');
    await unavailable(read(at));
    answer.resolve('late');
    expect(await slow).toBe('late');
    expect(at.guarded.state).toBe('skipped');
    expect(at.told()).toEqual(['store.failed']);
  });

  it('E29 tells once of a store that is read-only, and not whenever it can be read', async () => {
    const at = scene();
    at.store.fail('read-only');
    for (let second = 0; second < 120; second += 1) {
      const work = at.guarded.work();
      await read(at, work).catch(() => undefined);
      await lock(at, work).catch(() => undefined);
      await at.clock.advance(1_000);
    }
    expect(at.told()).toEqual(['store.failed']);
    // Tried ever less: after 1, 2, 4, 8, 16 and then each 30 s.
    expect(at.store.operations.filter(({ name }) => name === 'lock')).toHaveLength(8);
    at.store.recover();
    await at.clock.advance(30_000);
    await lock(at);
    expect(at.told()).toEqual(['store.failed', 'store.recovered']);
  });

  it('E29 tells once where locks can be had but nothing be written', async () => {
    const at = scene();
    const full = () => at.guarded.work().do(() => Promise.reject(new Error('full')), { access: 'write' });
    await unavailable(full());
    await at.clock.advance(1_000);
    const work = at.guarded.work();
    await read(at, work);
    await lock(at, work);
    await unavailable(full());
    expect(at.told()).toEqual(['store.failed']);
    await at.clock.advance(2_000);
    await write(at);
    expect(at.told()).toEqual(['store.failed', 'store.recovered']);
  });

  it('E29 lets the next one try after a call that has shown nothing', async () => {
    const at = scene();
    at.store.fail('read-only');
    await unavailable(write(at));
    await at.clock.advance(1_000);
    // Found what it looked for, and writes nothing.
    await read(at);
    expect(at.guarded.state).toBe('skipped');
    at.store.recover();
    await write(at);
    expect(at.guarded.state).toBe('up');
  });

  it('E04 tries it again when the wall clock was set back', async () => {
    const at = scene();
    at.store.fail('down');
    await unavailable(read(at));
    at.store.recover();
    at.clock.set(at.clock.now() - 3_600_000);
    await read(at);
    expect(at.guarded.state).toBe('up');
  });
});

describe('the time of one call', () => {
  it('is 250 ms for all its work in the store', async () => {
    const { clock, guarded, told } = scene();
    const work = guarded.work();
    const first = work.do(taking(clock, 200));
    await clock.advance(200);
    await first;
    const second = unavailable(work.do(taking(clock, 51)));
    await clock.advance(50);
    await second;
    expect(told()).toEqual(['store.failed']);
  });

  it('counts once what is done at the same time', async () => {
    const { clock, guarded, told } = scene();
    const work = guarded.work();
    const together = Promise.all([
      work.do(taking(clock, 100)),
      work.do(taking(clock, 100)),
      work.do(taking(clock, 60)),
    ]);
    await clock.advance(100);
    await together;
    const last = work.do(taking(clock, 149));
    await clock.advance(149);
    expect(await last).toBe('done');
    expect(told()).toEqual([]);
  });

  it('is another for each call', async () => {
    const { clock, guarded } = scene();
    for (let call = 0; call < 3; call += 1) {
      const work = guarded.work().do(taking(clock, 200));
      await clock.advance(200);
      expect(await work).toBe('done');
    }
  });

  it('stands still while it waits for a lock; each look has as long as a whole call', async () => {
    const { clock, guarded, told } = scene();
    const work = guarded.work();
    const first = work.do(taking(clock, 200));
    await clock.advance(200);
    await first;
    for (let round = 0; round < 5; round += 1) {
      const look = work.do(taking(clock, 240), { waiting: true });
      await clock.advance(240);
      expect(await look).toBe('done');
    }
    const last = work.do(taking(clock, 40));
    await clock.advance(40);
    expect(await last).toBe('done');
    expect(told()).toEqual([]);
  });

  it('keeps no process alive', async () => {
    const { clock, guarded } = scene();
    await guarded.work().do((store) => store.get('k'));
    expect(clock.pending).toBe(0);
  });
});

describe('what comes too late', () => {
  it('E30 is given to whoever can undo it', async () => {
    const at = scene();
    at.store.fail('hang');
    const late: (StoreLock | undefined)[] = [];
    const work = at.guarded.work().do(async (store) => store.lock?.('k', 3_000), {
      tooLate: (result) => void late.push(result),
    });
    const failed = unavailable(work);
    await at.clock.advance(250);
    await failed;
    expect(late).toEqual([]);
    at.store.recover();
    await at.clock.advance(0);
    expect(late).toEqual([expect.objectContaining({ release: expect.any(Function) as unknown })]);
  });

  it('E30 is too late from the moment that the time is over', async () => {
    const { clock, guarded } = scene();
    const answer = deferred<string>();
    const late: string[] = [];
    const failed = unavailable(
      guarded.work().do(() => answer.promise, { tooLate: (result) => void late.push(result) }),
    );
    // In the same turn: the time first, then the answer.
    await clock.advance(249);
    clock.after(1, () => answer.resolve('an answer'));
    await clock.advance(1);
    await failed;
    expect(late).toEqual(['an answer']);
  });

  it('that fails, fails nobody', async () => {
    const { clock, guarded } = scene();
    const failed = unavailable(
      guarded.work().do(
        async () => {
          await taking(clock, 300)();
          throw new Error('too late');
        },
        { tooLate: () => undefined },
      ),
    );
    await clock.advance(400);
    await failed;
  });
});

describe('what a store can', () => {
  it('is to lock where it can replace too', () => {
    const { guarded, store } = scene();
    expect(guarded.locks).toBe(true);
    const { get, set, delete: remove } = store;
    const settings = { clock: manualClock(), random: () => 0, emit: () => undefined, storeTimeout: 250 };
    expect(new GuardedStore({ get, set, delete: remove }, settings).locks).toBe(false);
  });

  it('E25 tells no secret of what it throws', async () => {
    const at = scene();
    const secret = { host: 'store.example', password: 'the-secret' };
    const failing = Object.assign(new Error('refused', { cause: secret }), { options: secret });
    await unavailable(at.guarded.work().do(() => Promise.reject(failing)));
    expect(exposedSecrets(at.events, ['the-secret'])).toEqual([]);
  });

  it('E25 tells no text that was handed to the store, which its errors may quote, but their name and code', async () => {
    const at = scene();
    const failing = Object.assign(new RangeError('value too long: "{"accessToken":"the-to…"'), { code: 'ER_TOO_LONG' });
    await unavailable(at.guarded.work().do(() => Promise.reject(failing)));
    expect(exposedSecrets(at.events, ['the-to'])).toEqual([]);
    expect(at.events[0]).toMatchObject({
      error: { message: expect.stringContaining('RangeError ER_TOO_LONG') as unknown },
    });
  });

  it('tells the message of a store that knows what can be shown', async () => {
    const at = scene();
    const cause = new Error('of a stranger: the-token');
    const failing = new OutboundAuthError('READONLY You can’t write', { code: 'store_unavailable', cause });
    await unavailable(at.guarded.work().do(() => Promise.reject(failing)));
    expect(at.events[0]).toMatchObject({
      error: { message: expect.stringContaining('it should: READONLY You can’t write.') as unknown },
    });
    expect(exposedSecrets(at.events, ['the-token'])).toEqual([]);
  });
});

describe('row "close"', () => {
  const settings = (at: Scene, events: OutboundAuthEvent[]): GuardSettings => ({
    clock: at.clock,
    random: () => 1,
    emit: (event) => void events.push(event),
    storeTimeout: 250,
  });

  it('closes the store once, and never tries it again', async () => {
    const at = scene();
    let closed = 0;
    const close = () => Promise.resolve(void (closed += 1));
    const events: OutboundAuthEvent[] = [];
    const guarded = new GuardedStore({ ...at.store, close }, settings(at, events));
    await Promise.all([guarded.close(), guarded.close()]);
    await guarded.close();
    expect(closed).toBe(1);
    await unavailable(guarded.work().do((store) => store.get('k')));
    expect([at.store.operations, events, at.clock.pending]).toEqual([[], [], 0]);
  });

  it('E29 waits 5 s for one that does not end, and tells it', async () => {
    const at = scene();
    const events: OutboundAuthEvent[] = [];
    const close = () => new Promise<void>(() => undefined);
    const closing = new GuardedStore({ ...at.store, close }, settings(at, events)).close();
    await at.clock.advance(4_999);
    expect(events).toEqual([]);
    await at.clock.advance(1);
    await closing;
    expect(events).toMatchObject([
      { type: 'store.failed', error: { message: 'the store could not be closed: it took longer than 5 s' } },
    ]);
  });

  it('E25 tells that it failed, and no more than its error’s name and code', async () => {
    const at = scene();
    const events: OutboundAuthEvent[] = [];
    const close = () => Promise.reject(new RangeError('quit the-secret'));
    await new GuardedStore({ ...at.store, close }, settings(at, events)).close();
    expect(events).toMatchObject([{ error: { message: expect.stringContaining('closed: RangeError') as unknown } }]);
    expect(exposedSecrets(events, ['the-secret'])).toEqual([]);
  });

  it('tells nothing of what fails as the store is closed', async () => {
    const at = scene();
    at.store.fail('hang');
    const failed = unavailable(read(at));
    await at.guarded.close();
    await at.clock.advance(250);
    await failed;
    expect(at.events).toEqual([]);
  });
});

import { exposedSecrets, type MemoryStore } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { plainTexts } from '../../src/stores/seal.ts';
import { deferred } from '../token-endpoint/asking.ts';
import { loseTexts, type Process, sealAtOnce, shared, withoutAnswers } from './sharing-sessions.ts';

/** A process that has marked a refresh token in use, sent it, and goes no further before it is told to. */
async function sending(process: Process, refreshToken: string): Promise<{ answer(next: string): Promise<void> }> {
  const [sent, answered] = [deferred<undefined>(), deferred<string>()];
  const use = process.take(async (held) => {
    expect(await held.use(refreshToken)).toBe(true);
    sent.resolve(undefined);
    await held.keep({ refreshToken: await answered.promise, reusable: false });
  });
  await sent.promise;
  return {
    answer: async (next) => {
      answered.resolve(next);
      await use;
    },
  };
}

/** The same, while the store is down for so long that the lock is lost. */
async function sendingUntilLockIsLost(
  { store, clock }: ReturnType<typeof shared>,
  process: Process,
): ReturnType<typeof sending> {
  const late = await sending(process, 'first');
  store.fail('down');
  await clock.advance(3_000);
  store.recover();
  await clock.advance(30_000);
  return late;
}

const operations = ({ operations: all }: MemoryStore) => all.map(({ name }) => name);

describe('row "refresh tokens": in a store', () => {
  it('the latest is there for every process, and nowhere in clear', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('the-refresh-token');
    expect(await other.next()).toBe('the-refresh-token');
    const stored = await Promise.all(
      at.store.operations.filter(({ name }) => name === 'replace').map(({ key }) => at.store.get(key)),
    );
    expect(exposedSecrets([stored, at.store.operations, one.events], ['the-refresh-token'])).toEqual([]);
    expect(stored).not.toEqual([]);
  });

  it('each is used once: of two processes the second finds what the first has got', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    const first = await sending(one, 'first');
    const second = other.next();
    await at.clock.advance(100);
    await first.answer('second');
    await at.clock.advance(500);
    expect(await second).toBe('second');
  });

  it('it is read, used and replaced under the lock, and never written without being compared', async () => {
    const at = shared();
    const one = at.process();
    await one.begin('first');
    await one.exchange('first', 'second');
    expect(operations(at.store)).toEqual([
      ...['lock', 'get', 'replace', 'release'],
      ...['lock', 'get', 'replace', 'replace', 'release'],
    ]);
  });

  it('its generation is marked in use before it is sent', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    await sending(one, 'first');
    // The holder hangs, and its lock is over.
    at.store.fail('down');
    await at.clock.advance(3_000);
    at.store.recover();
    await at.clock.advance(30_000);
    expect(await other.take((held) => Promise.resolve([held.session, held.isSpent('first')]))).toEqual([
      undefined,
      true,
    ]);
  });

  it('one that is marked is never sent again, also where another was marked and given back', async () => {
    const at = shared();
    const [one, other, third] = [at.process(), at.process(), at.process()];
    await one.begin('first');
    await sending(one, 'first');
    at.store.fail('down');
    await at.clock.advance(3_000);
    at.store.recover();
    await at.clock.advance(30_000);
    // A new sign-in, whose request never left.
    await other.take(async (held) => {
      expect(await held.use('of a new sign-in')).toBe(true);
      await held.restore();
    });
    const seen = await third.take((held) => {
      return Promise.resolve([held.session, held.isSpent('first'), held.isSpent('of a new sign-in')]);
    });
    expect(seen).toEqual([undefined, true, false]);
  });

  it('one that was exchanged is known to all, however old', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('0');
    for (let number = 0; number < 30; number += 1) await one.exchange(String(number), String(number + 1));
    const spent = await other.take((held) => Promise.resolve(['0', '29', '30'].map((token) => held.isSpent(token))));
    expect(spent).toEqual([true, true, false]);
  });

  it('one that was not sent after all is given back as it was', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    await one.take(async (held) => {
      await held.use('first');
      await held.restore();
    });
    expect(await other.next()).toBe('first');
    expect(await other.exchange('first', 'second')).toBe(true);
  });

  it('a session that has ended is over for all', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    await one.take((held) => held.end('first'));
    expect(await other.take((held) => Promise.resolve([held.session, held.isSpent('first')]))).toEqual([
      undefined,
      true,
    ]);
  });

  it('no waiter goes without the lock, however long that takes', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    await sending(one, 'first');
    const waiting = other.take((held) => Promise.resolve([held.kept, held.session]));
    await at.clock.advance(6_000);
    expect(await waiting).toEqual(['nowhere', undefined]);
  });

  it('the result is written by compare-and-set, lock or not: who has lost the lock changes nothing that is new', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    const late = await sendingUntilLockIsLost(at, one);
    await other.begin('of a new grant');
    await late.answer('second');
    expect(await other.next()).toBe('of a new grant');
    expect(one.lost()).toEqual(['its refresh token is lost, for another process has begun a new session meanwhile']);
  });

  it('the result counts without the lock where nobody has begun anew', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    const late = await sendingUntilLockIsLost(at, one);
    await late.answer('second');
    expect(await other.next()).toBe('second');
    expect(one.lost()).toEqual([]);
  });
});

describe('row "refresh tokens": while the store is down', () => {
  it.each(['down', 'hang', 'read-only'] as const)(
    'E29 none is used, and the work is done without (%s)',
    async (fault) => {
      const at = shared();
      const one = at.process();
      await one.begin('first');
      at.store.fail(fault);
      const work = one.take(async (held) => [held.session, held.kept, await held.use('first')]);
      await at.clock.advance(5_000);
      expect(await work).toEqual([undefined, 'nowhere', false]);
      expect(one.lost()).toEqual([]);
    },
  );

  it('what came meanwhile is written when it is back', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    const result = await sending(one, 'first');
    at.store.fail('down');
    await result.answer('second');
    await at.clock.advance(10_000);
    at.store.recover();
    await at.clock.advance(30_000);
    expect(await other.next()).toBe('second');
    expect(one.lost()).toEqual([]);
  });

  it('what came meanwhile is used by the next call of the same process, even if the store fails again in that', async () => {
    const at = shared();
    const [one, other] = [at.process({ random: () => 0.2 }), at.process()];
    await one.begin('first');
    const result = await sending(one, 'first');
    at.store.fail('down');
    await result.answer('second');
    // The store may be tried again after 0.8, 2.6 and 6.2 s, and the result is each half a second.
    await at.clock.advance(6_300);
    at.store.recover();
    const used = one.take(async (held) => {
      const token = held.session?.refreshToken;
      at.store.fail('down');
      return [token, await held.use('second')];
    });
    expect(await used).toEqual(['second', false]);
    at.store.recover();
    await at.clock.advance(30_000);
    expect(await other.next()).toBe('second');
    expect(one.lost()).toEqual([]);
  });

  it('what nobody took for a minute is lost, which is told', async () => {
    const at = shared();
    const one = at.process();
    await one.begin('first');
    const result = await sending(one, 'first');
    at.store.fail('down');
    await result.answer('second');
    await at.clock.advance(59_000);
    expect(one.lost()).toEqual([]);
    await at.clock.advance(2_000);
    expect(one.lost()).toEqual(['its refresh token is lost, for the store did not take the new one in time']);
    expect(at.clock.pending).toBe(0);
  });

  it('what it has not taken when the process ends is lost, which is told', async () => {
    const at = shared();
    const one = at.process();
    await one.begin('first');
    const result = await sending(one, 'first');
    at.store.fail('down');
    await result.answer('second');
    one.sessions.close();
    expect(one.lost()).toEqual(['its refresh token is lost, for the store did not take the new one in time']);
    await at.clock.advance(61_000);
    expect(one.lost()).toHaveLength(1);
    expect(at.clock.pending).toBe(0);
  });
});

describe('row "refresh tokens": when the answer of a write is lost', () => {
  it('a mark that stands there is taken back, for nothing was sent', async () => {
    const at = shared();
    let breaks = false;
    const [one, other] = [at.process({ store: withoutAnswers(at.store, () => breaks) }), at.process()];
    await one.begin('first');
    breaks = true;
    expect(await one.exchange('first', 'second')).toBe(false);
    breaks = false;
    await at.clock.advance(30_000);
    expect(await other.next()).toBe('first');
  });

  it('a mark of its own means nothing to the same process, however often that happens', async () => {
    const at = shared();
    let breaks = false;
    const one = at.process({ store: withoutAnswers(at.store, () => breaks) });
    await one.begin('first');
    breaks = true;
    expect(await one.exchange('first', 'second')).toBe(false);
    await at.clock.advance(30_000);
    expect(await one.exchange('first', 'second')).toBe(false);
    breaks = false;
    await at.clock.advance(30_000);
    expect(await one.exchange('first', 'second')).toBe(true);
  });

  it('a mark that comes to pass much later is known all the same', async () => {
    const at = shared();
    const one = at.process();
    const other = at.process();
    await one.begin('first');
    const used = one.take(async (held) => {
      at.store.fail('hang');
      return held.use('first');
    });
    await at.clock.advance(250);
    expect(await used).toBe(false);
    // Several tries have hung by now, and are all done at once.
    await at.clock.advance(20_000);
    at.store.recover();
    await at.clock.advance(60_000);
    expect(await other.next()).toBe('first');
    expect(one.lost()).toEqual([]);
  });

  it('a result that stands there is the session', async () => {
    const at = shared();
    let breaks = false;
    const [one, other] = [at.process({ store: withoutAnswers(at.store, () => breaks) }), at.process()];
    await one.begin('first');
    const result = await sending(one, 'first');
    breaks = true;
    await result.answer('second');
    breaks = false;
    // Nor was the lock given back.
    const next = other.next();
    await at.clock.advance(3_500);
    expect(await next).toBe('second');
    await at.clock.advance(30_000);
    expect(await one.next()).toBe('second');
    expect(one.lost()).toEqual([]);
  });
});

describe('row "refresh tokens": when the store loses an entry', () => {
  it('what was there is not sent again by who knew it, which is told once', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    await one.exchange('first', 'second');
    await other.next();
    await loseTexts(at.store);
    for (const process of [one, other]) {
      const seen = await process.take((held) => {
        return Promise.resolve([held.session, held.isSpent('first'), held.isSpent('second'), held.isSpent('new')]);
      });
      expect(seen).toEqual([undefined, true, true, false]);
      await process.next();
      expect(process.lost()).toEqual(['its refresh token is lost, for the store has lost it']);
    }
  });

  it('one that the server never replaced is sent again', async () => {
    const at = shared();
    const one = at.process();
    await one.take((held) => held.keep({ refreshToken: 'the-same', reusable: true }));
    await loseTexts(at.store);
    expect(await one.take((held) => Promise.resolve(held.isSpent('the-same')))).toBe(false);
    expect(one.lost()).toEqual([]);
  });

  it('another can begin', async () => {
    const at = shared();
    const [one, other] = [at.process(), at.process()];
    await one.begin('first');
    await loseTexts(at.store);
    await one.begin('of a new grant');
    expect(await other.next()).toBe('of a new grant');
  });

  it('E31 an entry that can’t be read is left alone, and nothing is sent: what a session begins with may be spent', async () => {
    const at = shared();
    const one = at.process();
    await one.begin('first');
    const other = at.process({ seal: sealAtOnce() });
    const [kept, why, used] = await other.take(async (held) => [held.kept, held.outOfReach, await held.use('any')]);
    expect([kept, used]).toEqual(['nowhere', false]);
    expect(why).toMatch(/cannot be read.*encryptionKeys/);
    expect(other.events.map(({ type }) => type)).toEqual(['store.entry_ignored']);
    expect(await one.next()).toBe('first');
  });
});

describe('row "refresh tokens": where no store may keep them', () => {
  it('without encryptionKeys the grant is used each time, with one event', async () => {
    const at = shared();
    const one = at.process({ seal: plainTexts });
    await one.begin('first');
    await one.begin('second');
    expect(await one.take(async (held) => [held.session, held.kept, await held.use('first')])).toEqual([
      undefined,
      'nowhere',
      false,
    ]);
    expect(one.lost()).toEqual(['the store keeps refresh tokens only encrypted; give encryptionKeys']);
    expect(at.store.operations).toEqual([]);
  });

  it('without a lock likewise', async () => {
    const at = shared();
    const { get, set, delete: remove, replace } = at.store;
    const one = at.process({ store: { get, set, delete: remove, replace } });
    await one.begin('first');
    await one.begin('second');
    expect(await one.next()).toBeUndefined();
    expect(one.lost()).toEqual(['a refresh token is used by one process at a time, and the store has no lock']);
    expect(at.store.operations).toEqual([]);
  });

  it('one who gets no refresh token is told nothing', async () => {
    const one = shared().process({ seal: plainTexts });
    await one.next();
    expect(one.events).toEqual([]);
  });
});

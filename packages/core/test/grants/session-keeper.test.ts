import { describe, expect, it } from 'vitest';
import { type HeldSession, MemorySessions, unkeptSession } from '../../src/grants/session-keeper.ts';

const taken = <Result>(sessions: MemorySessions, read: (held: HeldSession) => Result, id = 'grace'): Promise<Result> =>
  sessions.take(id, (held) => Promise.resolve(read(held)));

async function exchange(sessions: MemorySessions, refreshToken: string, next: string): Promise<void> {
  await sessions.take('grace', async (held) => {
    expect(await held.use(refreshToken)).toBe(true);
    await held.keep({ refreshToken: next, reusable: refreshToken === next });
  });
}

describe('sessions in memory', () => {
  it('are kept here, each by its name', async () => {
    const sessions = new MemorySessions();
    const session = { refreshToken: 'first', reusable: false };
    await sessions.take('grace', (held) => held.keep(session));
    expect(await taken(sessions, (held) => [held.session, held.kept])).toEqual([session, 'here']);
    expect(await taken(sessions, (held) => held.session, 'ada')).toBeUndefined();
  });

  it('remember what was exchanged', async () => {
    const sessions = new MemorySessions();
    await exchange(sessions, 'first', 'second');
    expect(await taken(sessions, (held) => [held.isSpent('first'), held.isSpent('second')])).toEqual([true, false]);
  });

  it('take one that was not replaced for as good as before', async () => {
    const sessions = new MemorySessions();
    await exchange(sessions, 'the-same', 'the-same');
    expect(await taken(sessions, (held) => [held.isSpent('the-same'), held.session])).toEqual([
      false,
      { refreshToken: 'the-same', reusable: true },
    ]);
  });

  it('have what was not sent after all as before', async () => {
    const sessions = new MemorySessions();
    await exchange(sessions, 'first', 'second');
    await sessions.take('grace', async (held) => {
      await held.use('second');
      await held.restore();
    });
    expect(await taken(sessions, (held) => [held.isSpent('second'), held.session?.refreshToken])).toEqual([
      false,
      'second',
    ]);
  });

  it('end, with the last refresh token spent where somebody may have got it', async () => {
    const sessions = new MemorySessions();
    await exchange(sessions, 'first', 'second');
    await sessions.take('grace', (held) => held.end('second'));
    expect(await taken(sessions, (held) => [held.session, held.isSpent('second')])).toEqual([undefined, true]);
    await sessions.take('grace', (held) => held.keep({ refreshToken: 'third', reusable: false }));
    await sessions.take('grace', (held) => held.end());
    expect(await taken(sessions, (held) => [held.session, held.isSpent('third')])).toEqual([undefined, false]);
  });

  it('hand on what the work gives, and what it throws', async () => {
    const sessions = new MemorySessions();
    expect(await sessions.take('grace', () => Promise.resolve('a result'))).toBe('a result');
    await expect(sessions.take('grace', () => Promise.reject(new Error('the work failed')))).rejects.toThrow('failed');
  });
});

describe('a session that there is no place for', () => {
  it('is none, and whoever gets a refresh token is told that it is lost', async () => {
    let lost = 0;
    const held = unkeptSession(() => {
      lost += 1;
    });
    expect([held.session, held.kept, held.isSpent('any'), await held.use('any')]).toEqual([
      undefined,
      'nowhere',
      false,
      false,
    ]);
    await held.restore();
    await held.end('any');
    expect(lost).toBe(0);
    await held.keep({ refreshToken: 'any', reusable: false });
    expect(lost).toBe(1);
  });
});

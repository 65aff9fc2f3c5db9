import { describe, expect, it } from 'vitest';
import { type OutboundAuthError, TokenRequestError, TokenResponseError } from '../../src/errors.ts';
import type { ServerAnswer } from '../../src/error-details.ts';
import { plainTexts } from '../../src/stores/seal.ts';
import { SharedEntries } from '../../src/stores/shared-entries.ts';
import { verdictOf } from '../../src/tokens/verdict.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { requestOf, tokenOf } from './scripted-source.ts';
import { type Fleet, fleet, type Process } from './sharing.ts';

const request = requestOf('k');

const refusedBy = (server: ServerAnswer) =>
  new TokenResponseError('the server said no', { code: 'token_request_refused', client: 'billing', server });
const refusedClient = () => refusedBy({ status: 401, error: 'invalid_client' });
const refusedGrant = () => refusedBy({ status: 400, error: 'invalid_scope' });
const failing = () => new TokenRequestError('no answer', { code: 'token_request_timeout', client: 'billing' });
const throttled = () =>
  new TokenResponseError('too many', {
    code: 'token_endpoint_failed',
    client: 'billing',
    server: { status: 429 },
    retryAfter: 20,
  });
const unusable = () =>
  new TokenResponseError('no token in it', {
    code: 'invalid_token_response',
    client: 'billing',
    server: { status: 200 },
  });

/** Has a process fail, hold back, and tell. */
async function fail({ holds, failures, guarded }: Process, error: OutboundAuthError, { key } = request): Promise<void> {
  const verdict = verdictOf(error);
  if (verdict === 'not_asked') throw new Error('this one holds nobody back');
  holds.failed(key, holds.of(key), verdict, error);
  await failures.tell(guarded.work(), { ...request, key }, error);
}

/** What a process heeds before it asks. */
async function heed({ failures, guarded }: Process, { key } = request): Promise<void> {
  await failures.heed(key, await failures.told(guarded.work(), key, false));
}

/** How long a process holds back what it was told, in milliseconds. */
async function heeded(all: Fleet, process: Process, given = request): Promise<number> {
  await heed(process, given).catch(() => undefined);
  const hold = process.holds.on(given.key);
  return hold === undefined ? 0 : hold.until - all.clock.now();
}

const entriesOf = ({ clock }: Fleet) =>
  new SharedEntries({ client: 'billing', clock, emit: () => undefined, seal: plainTexts, prove: undefined });

const another = requestOf('another');
const showing = (credential: string | undefined) => ({ credential: () => Promise.resolve(credential) });

describe('row "refused"', () => {
  it('is the same error at once for the processes with the same credential: `invalid_client`, for all of the client', async () => {
    const all = fleet();
    await fail(all.start(), refusedClient());
    const other = all.start();
    const error = await failureOf(heed(other, another));
    expect(error).toMatchObject({
      code: 'token_request_refused',
      message: 'the server said no',
      server: { status: 401, error: 'invalid_client' },
      retryAfter: 5,
    });
    expect(other.events).toEqual([
      expect.objectContaining({ type: 'token.held_back', scope: 'client', durationMs: 5_000 }),
    ]);
    // From now on it doesn't look any more.
    const before = all.store.operations.length;
    await expect(other.shared.getToken(request)).rejects.toThrow('the server said no');
    expect(all.store.operations).toHaveLength(before);
  });

  it('is for the key alone: `invalid_scope`', async () => {
    const all = fleet();
    await fail(all.start(), refusedGrant());
    expect(await heeded(all, all.start())).toBe(5_000);
    expect(await heeded(all, all.start(), another)).toBe(0);
  });

  it('is for the client’s own token alone, which has the client’s key: `invalid_scope`', async () => {
    const all = fleet();
    const own = requestOf('own', true);
    await fail(all.start(), refusedGrant(), own);
    expect(await heeded(all, all.start(), own)).toBe(5_000);
    expect(await heeded(all, all.start(), another)).toBe(0);
  });

  it('E53 doesn’t concern a process with another secret', async () => {
    const all = fleet();
    await fail(all.start(showing('of a wrong secret')), refusedClient());
    await fail(all.start(showing('of a wrong secret')), refusedGrant());
    expect(await heeded(all, all.start(showing('of the right secret')))).toBe(0);
    expect(await heeded(all, all.start(showing(undefined)))).toBe(0);
    expect(await heeded(all, all.start(showing('of a wrong secret')))).toBe(5_000);
  });

  it('is kept to itself by a process whose credential can’t be had', async () => {
    const all = fleet();
    await fail(all.start(showing(undefined)), refusedClient());
    expect(all.store.operations).toEqual([]);
  });

  it('is not heeded where nobody says of whom it is, nor who is here', async () => {
    const all = fleet();
    const nobody = all.start(showing(undefined));
    const entries = entriesOf(all);
    const failure = { error: refusedClient(), times: 1, credential: undefined, length: 5_000 };
    await entries.putFailure(nobody.guarded.work(), 'client', 'own', failure);
    expect(await heeded(all, nobody)).toBe(0);
  });

  it('is not heeded once nothing is left of it', async () => {
    const all = fleet();
    await fail(all.start(), refusedClient());
    const get = async (key: string) => {
      const stored = await all.store.get(key);
      return stored && { ...stored, remaining: 0 };
    };
    const late = all.start({ through: { ...all.store, get } });
    expect(await heeded(all, late)).toBe(0);
    expect(late.told()).toEqual([]);
  });

  it('lasts no longer here than where it was said', async () => {
    const all = fleet();
    await fail(all.start(), refusedClient());
    await all.clock.advance(3_000);
    expect(await heeded(all, all.start())).toBe(2_000);
    await all.clock.advance(2_000);
    expect(await heeded(all, all.start())).toBe(0);
  });

  it('is told with how often it was: the next is held twice as long', async () => {
    const all = fleet();
    await fail(all.start(), refusedClient());
    const other = all.start();
    expect(await heeded(all, other)).toBe(5_000);
    await all.clock.advance(5_000);
    await fail(other, refusedClient());
    const third = all.start();
    expect(await heeded(all, third)).toBe(10_000);
    await all.clock.advance(10_000);
    await fail(third, refusedClient());
    expect(await heeded(all, all.start())).toBe(20_000);
  });

  it('is not told on by a process that was turned away for it', async () => {
    const all = fleet();
    await fail(all.start(), refusedClient());
    const other = all.start();
    const error = await failureOf(heed(other));
    const before = all.store.operations.length;
    await other.failures.tell(other.guarded.work(), request, error);
    expect(all.store.operations).toHaveLength(before);
  });
});

describe('row "lock": the holder shares a failure too', () => {
  it('for as long as it waits itself, and at most 2 s', async () => {
    const all = fleet();
    const process = all.start();
    const lengths: number[] = [];
    for (let time = 0; time < 4; time += 1) {
      await fail(process, failing());
      lengths.push(await heeded(all, all.start()));
      await all.clock.advance(process.holds.on('k')?.length ?? 0);
    }
    // Without chance, three quarters of 0.5, 1, 2 and 4 s.
    expect(lengths).toEqual([375, 750, 1_500, 2_000]);
  });

  it('for 2 s after a renewal, which holds back nobody at home', async () => {
    const all = fleet();
    const { failures, guarded } = all.start();
    await failures.tell(guarded.work(), request, failing());
    expect(await heeded(all, all.start())).toBe(2_000);
  });

  it('with whatever credential', async () => {
    const all = fleet();
    await fail(all.start(showing('one')), failing());
    expect(await heeded(all, all.start(showing('another')))).toBe(375);
  });

  it('is waited for, and fails nobody by itself', async () => {
    const all = fleet();
    await fail(all.start(), failing());
    await heed(all.start());
  });

  it('at most 2 s, where what answers is no authorization server', async () => {
    const all = fleet();
    const process = all.start();
    for (let time = 0; time < 4; time += 1) {
      await fail(process, unusable());
      await all.clock.advance(process.holds.on('k')?.length ?? 0);
    }
    await fail(process, unusable());
    expect(await heeded(all, all.start(showing('another')))).toBe(2_000);
  });

  it('is told once, however often it is read', async () => {
    const all = fleet();
    await fail(all.start(), failing());
    // The slower the store answers, the later it seems to end.
    let looks = 0;
    const get = async (key: string) => {
      const stored = await all.store.get(key);
      return stored && { ...stored, remaining: (stored.remaining ?? 0) + (looks += 20) };
    };
    const other = all.start({ through: { ...all.store, get } });
    for (let time = 0; time < 5; time += 1) {
      await heed(other);
      await all.clock.advance(10);
    }
    expect(other.told()).toEqual(['token.held_back']);
  });

  it('gives way to a refusal that is told later', async () => {
    const all = fleet();
    const other = all.start();
    await fail(all.start(), failing());
    await heed(other);
    await fail(all.start(), refusedGrant());
    await expect(heed(other)).rejects.toThrow('the server said no');
  });

  it('is nothing that doesn’t come from the server', async () => {
    const all = fleet();
    const { failures, guarded } = all.start();
    for (const code of ['credential_unavailable', 'too_many_requests', 'closed'] as const) {
      await failures.tell(guarded.work(), request, new TokenRequestError('not asked', { code, client: 'billing' }));
    }
    await failures.tell(guarded.work(), request, new Error('of somebody else'));
    expect(all.store.operations).toEqual([]);
  });
});

describe('row "endpoint failing, no token in hand": 429 and `Retry-After`', () => {
  it('hold the whole client in all processes, for as long as the server says', async () => {
    const all = fleet();
    await fail(all.start(), throttled());
    // A tenth longer, as chance would have it.
    expect(await heeded(all, all.start(showing('another')), another)).toBe(22_000);
  });
});

describe('a process that finds a token', () => {
  it('heeds no failure that was told before', async () => {
    const all = fleet();
    await fail(all.start(), refusedGrant());
    const { guarded } = all.start();
    const entries = entriesOf(all);
    await entries.putToken(guarded.work(), 'k', tokenOf('the-token', all.clock.now(), 3_600_000));
    // The first look comes too early.
    let looks = 0;
    const get = async (key: string) => ((looks += 1) === 1 ? undefined : all.store.get(key));
    const other = all.start({ through: { ...all.store, get } });
    expect((await other.shared.getToken(request)).value).toBe('the-token');
    expect(other.told()).toEqual(['token.shared']);
  });
});

describe('a store without locks', () => {
  it('shares refusals as well', async () => {
    const all = fleet();
    await fail(all.start(), refusedClient());
    const { get, set, delete: remove } = all.store;
    const other = all.start({ through: { get, set, delete: remove } });
    await expect(other.shared.getToken(request)).rejects.toThrow('the server said no');
    expect(other.source.asked).toEqual([]);
  });
});

import { manualClock, type ManualClock } from '@outbound-auth/testing';
import fc from 'fast-check';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OutboundAuthError } from '../../src/errors.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { BearerRequest, serve } from '../../src/subject-token.ts';
import { type Subject, Subjects, type SubjectSource } from '../../src/tokens/subjects.ts';
import { tokenKey } from '../../src/tokens/token-key.ts';
import { startGranting } from '../grants/granting.ts';
import { untyped } from '../options/problems.ts';
import { deferred, failureOf } from '../token-endpoint/asking.ts';

function subjectsOf(sources: readonly SubjectSource[], clock: ManualClock = manualClock()): Subjects {
  return new Subjects({ name: 'billing', auth: {}, clock, requestTimeout: 4_000, capacity: 100 }, sources);
}

const from = (source: SubjectSource['source'], name = 'subject_token'): SubjectSource => ({ name, source });

/** A subject that is there at once, or the error that says why there is none. */
function currentOf(subjects: Subjects): Subject {
  const subject = subjects.current();
  if (subject instanceof Promise) throw new Error('was expected to be known without waiting');
  return subject;
}

const valuesOf = async (subjects: Subjects) => (await subjects.current()).values;
const waitFor = async (subjects: Subjects) => subjects.current();

describe('the subject of a call', () => {
  it('is the service itself without sources, and fixed where all are texts', () => {
    expect(subjectsOf([]).fixed).toMatchObject({ key: [], values: {} });
    const fixed = subjectsOf([from('of-grace'), from('of-the-service', 'actor_token')]);
    expect(fixed.fixed?.values).toEqual({ subject_token: 'of-grace', actor_token: 'of-the-service' });
    expect(fixed.current()).toBe(fixed.fixed);
    expect(subjectsOf([from('of-grace'), from(undefined, 'actor_token')]).fixed).toBeUndefined();
  });

  it('is that of the served request, derived once for it', () => {
    const subjects = subjectsOf([from(undefined), from('of-the-service', 'actor_token')]);
    const request = new BearerRequest('of-grace');
    const subject = serve(request, () => currentOf(subjects));
    expect(subject.values).toEqual({ subject_token: 'of-grace', actor_token: 'of-the-service' });
    expect(serve(request, () => subjects.current())).toBe(subject);
    expect(serve(new BearerRequest('of-grace'), () => currentOf(subjects)).key).toEqual(subject.key);
    expect(serve(new BearerRequest('of-ada'), () => currentOf(subjects)).key).not.toEqual(subject.key);
  });

  it.each([
    ['outside of any request', undefined],
    ['in a request without a token', new BearerRequest(undefined)],
    ['in a request with an empty one', new BearerRequest('')],
  ])('is missing %s', (_, request) => {
    const subjects = subjectsOf([from(undefined), from(() => 'x', 'actor_token')]);
    for (const missing of [subjects, subjectsOf([from(undefined)])]) {
      const read = () => missing.current();
      expect(() => (request === undefined ? read() : serve(request, read))).toThrow(
        "client 'billing' gets tokens on behalf of a user, and this call has no subject token. Serve the request by the adapter's middleware",
      );
    }
  });

  it('comes from functions, at once where none is asynchronous, and is remembered while they give the same', async () => {
    let present = 'of-grace';
    const subjects = subjectsOf([from(() => present), from(() => 'x', 'actor_token')]);
    const grace = currentOf(subjects);
    expect(grace.values).toEqual({ subject_token: 'of-grace', actor_token: 'x' });
    expect(subjects.current()).toBe(grace);
    present = 'of-ada';
    expect(currentOf(subjects).values).toEqual({ subject_token: 'of-ada', actor_token: 'x' });
    const later = subjectsOf([from(async () => present), from(() => 'x', 'actor_token')]);
    expect(later.current()).toBeInstanceOf(Promise);
    expect(await valuesOf(later)).toEqual({ subject_token: 'of-ada', actor_token: 'x' });
    expect(await later.current()).toBe(await later.current());
  });

  it('takes the served request’s token beside what a function gives', async () => {
    const subjects = subjectsOf([from(undefined), from(async () => 'of-the-service', 'actor_token')]);
    const values = serve(new BearerRequest('of-grace'), () => valuesOf(subjects));
    expect(await values).toEqual({ subject_token: 'of-grace', actor_token: 'of-the-service' });
  });

  it('leaves no timer behind', async () => {
    const clock = manualClock();
    await valuesOf(subjectsOf([from(async () => 'of-grace')], clock));
    await failureOf(waitFor(subjectsOf([from(() => Promise.reject(new Error('no')))], clock)));
    expect(clock.pending).toBe(0);
  });

  it.each([undefined, null, ''])('is missing where a function gives %j', async (value) => {
    for (const source of [() => untyped(value), async () => untyped(value)]) {
      const error = await failureOf(waitFor(subjectsOf([from(source)])));
      expect(error).toMatchObject({ code: 'subject_token_missing', status: 401, client: 'billing' });
      expect(error.message).toContain('the function for its subject token gave none to this call');
    }
  });

  it.each([
    [7, 'a number'],
    [false, 'a boolean'],
    [{}, 'an object'],
    [['of-grace'], 'a list'],
  ])('cannot be read where a function gives %j: no user can mend that', async (value, what) => {
    for (const source of [() => untyped(value), async () => untyped(value)]) {
      const error = await failureOf(waitFor(subjectsOf([from(source, 'actor_token')])));
      expect(error).toMatchObject({ code: 'credential_unavailable', status: 502, client: 'billing' });
      expect(error.message).toBe(
        `client 'billing': whose token to get could not be read: the function for its actor token gave ${what}, not a text`,
      );
    }
  });

  it('cannot be read where its token is none, such as a whole header', async () => {
    const why =
      'could not be read: the subject token holds white space; give the token alone, without "Bearer " or a line break';
    for (const value of ['Bearer of-grace', 'of-grace\n', 'of grace']) {
      const served = async () =>
        serve(new BearerRequest(value), waitFor.bind(null, subjectsOf([from(undefined, 'user')])));
      for (const failing of [served(), waitFor(subjectsOf([from(() => value, 'assertion')]))]) {
        const error = await failureOf(failing);
        expect(error).toMatchObject({ code: 'credential_unavailable', client: 'billing' });
        expect(error.message).toContain(why);
        expect(error.message).not.toContain('grace');
      }
    }
    expect(await valuesOf(subjectsOf([from(() => 'Grace Hopper', 'username')]))).toEqual({ username: 'Grace Hopper' });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('the session store is down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the session store is down'))],
    [
      'rejects later',
      async () => {
        await setImmediate();
        throw new Error('the session store is down');
      },
    ],
  ])('E50 cannot be read where its function %s', async (_, source) => {
    const error = await failureOf(waitFor(subjectsOf([from(source)])));
    expect(error).toMatchObject({ code: 'credential_unavailable', status: 502, client: 'billing' });
    expect(error.message).toBe("client 'billing': whose token to get could not be read: the session store is down");
    expect(error.cause).toMatchObject({ message: 'the session store is down' });
  });

  it('E50 cannot be read where its function does not answer within requestTimeout', async () => {
    const clock = manualClock();
    const error = failureOf(waitFor(subjectsOf([from(() => new Promise(() => undefined))], clock)));
    await clock.advance(3_999);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await error).toMatchObject({ code: 'credential_unavailable' });
    expect((await error).message).toContain('within 4 s (requestTimeout)');
  });

  it('fails as the function’s own token does, also one of another copy of this package', async () => {
    const own = new OutboundAuthError('no such client', { code: 'unknown_client' });
    const foreign = Object.assign(new Error('over'), { [Symbol.for('@outbound-auth/core/error/v1')]: true });
    for (const error of [own, foreign]) {
      expect(await failureOf(waitFor(subjectsOf([from(() => Promise.reject(error))])))).toBe(error);
    }
  });

  it('leaves no rejection to nobody when several functions fail', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const clock = manualClock();
    const late = deferred<undefined>();
    const failing = [
      from(async () => late.promise.then(() => Promise.reject(new Error('late')))),
      from(() => {
        throw new Error('at once');
      }, 'actor_token'),
    ];
    expect((await failureOf(waitFor(subjectsOf(failing, clock)))).message).toContain('at once');
    late.resolve(undefined);
    const hanging = subjectsOf(
      [from(() => new Promise((_, reject) => clock.after(5_000, () => reject(new Error('x')))))],
      clock,
    );
    const error = failureOf(waitFor(hanging));
    await clock.advance(6_000);
    await error;
    await setImmediate();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('is asked for in the caller’s own async context, though the token request runs outside of it', async () => {
    const users = new AsyncLocalStorage<string>();
    const contexts: unknown[] = [];
    const grant = tokenExchange({
      subjectToken: () => users.getStore(),
      actorToken: async () => `${String(users.getStore())}-s-actor`,
    });
    const { client, bodies } = await startGranting(grant, {
      clientSecret: () => {
        contexts.push(users.getStore());
        return 'a-secret';
      },
    });
    await Promise.all(['grace', 'ada'].map((user) => users.run(user, () => client.getAccessToken())));
    expect(
      bodies()
        .map(({ subject_token, actor_token }) => [subject_token, actor_token])
        .sort(),
    ).toEqual([
      ['ada', 'ada-s-actor'],
      ['grace', 'grace-s-actor'],
    ]);
    expect(contexts).toEqual([undefined, undefined]);
  });

  it('E10 gives different keys to different subjects, whatever their texts are', () => {
    const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('a', 'b', 'a1:b', '1:a', 'aa', 'actor_token'));
    const pair = fc.tuple(text, fc.option(text));
    const keyOf = ([subject, actor]: readonly [string, string | null]) => {
      const sources = [from(subject), ...(actor === null ? [] : [from(actor, 'actor_token')])];
      return tokenKey(currentOf(subjectsOf(sources)).key);
    };
    fc.assert(
      fc.property(pair, pair, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
    expect(keyOf(['a', 'b'])).not.toBe(keyOf(['b', 'a']));
    expect(keyOf(['a', null])).not.toBe(tokenKey([]));
    const keyBy = (name: string, text: string) => tokenKey(currentOf(subjectsOf([from(text, name)])).key);
    expect(keyBy('a', 'bc')).not.toBe(keyBy('ab', 'c'));
  });
});

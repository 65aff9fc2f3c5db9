import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { customGrant } from '../../src/grants/custom-grant.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { onBehalfOf } from '../../src/grants/on-behalf-of.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { deferred, failureOf } from '../token-endpoint/asking.ts';
import { startGranting } from './granting.ts';

/** A user's token that ends so many seconds after the clock's present. */
function tokenEnding(now: number, seconds: number): string {
  return new UnsecuredJWT({ sub: 'grace' }).setExpirationTime(Math.floor(now / 1_000) + seconds).encode();
}

describe.each<[string, () => Grant]>([
  ['token exchange', () => tokenExchange()],
  ['on behalf of', () => onBehalfOf()],
  ['a custom grant', () => customGrant('urn:example:exchange', {}, { subjectParameter: 'user' })],
])('a user’s token that was got by %s', (_, grant) => {
  it('ends with the token that it was got for, where that can be read', async () => {
    const { auth, server, clock, client } = await startGranting(grant());
    const ofGrace = tokenEnding(clock.now(), 100);
    const get = () => auth.withSubjectToken(ofGrace, () => client.getAccessToken());
    const token = await get();
    expect(token.expiresAt).toBe(clock.now() + 100_000);
    expect(await get()).toBe(token);
    clock.set(clock.now() + 99_000);
    server.respondOnce({ status: 400, body: { error: 'invalid_grant' } });
    expect(await failureOf(get())).toMatchObject({ code: 'subject_token_refused', status: 401 });
  });

  it('is not asked for when the other has ended, for it could not be handed out', async () => {
    const { auth, server, clock, client } = await startGranting(grant());
    for (const seconds of [0, -100]) {
      const ended = auth.withSubjectToken(tokenEnding(clock.now(), seconds), () => client.getAccessToken());
      expect(await failureOf(ended)).toMatchObject({ code: 'subject_token_refused', status: 401 });
    }
    expect(server.requests).toHaveLength(0);
  });

  it('ends by itself, where it ends earlier or the other one’s end cannot be read', async () => {
    const { auth, clock, client } = await startGranting(grant());
    for (const subject of ['opaque', 'a.b.c', tokenEnding(clock.now(), 100_000)]) {
      const token = await auth.withSubjectToken(subject, () => client.getAccessToken());
      expect(token.expiresAt).toBe(clock.now() + 3_600_000);
    }
  });
});

describe('a function for the subject', () => {
  it('E50 that hangs fails its call within requestTimeout, sends nothing, and hurts no other call', async () => {
    const asked = deferred<undefined>();
    let present: () => string | Promise<string> = () => 'of-ada';
    const { server, clock, client } = await startGranting(tokenExchange({ subjectToken: () => present() }));
    const ofAda = await client.getAccessToken();
    present = () => {
      asked.resolve(undefined);
      return new Promise(() => undefined);
    };
    const hanging = failureOf(client.fetch(server.issuer));
    await asked.promise;
    present = () => 'of-ada';
    expect(await client.getAccessToken()).toBe(ofAda);
    await clock.advance(4_000);
    expect(await hanging).toMatchObject({ code: 'credential_unavailable', status: 502 });
    expect(server.requests).toHaveLength(1);
  });

  it('is not waited for by a caller that has given up, or had before', async () => {
    const { client } = await startGranting(tokenExchange({ subjectToken: () => new Promise(() => undefined) }));
    const reason = new Error('gone');
    const early = client.getAccessToken({}, { signal: AbortSignal.abort(reason) });
    await expect(early).rejects.toBe(reason);
    const controller = new AbortController();
    const late = client.getAccessToken({}, { signal: controller.signal });
    controller.abort(reason);
    await expect(late).rejects.toBe(reason);
  });

  it('E50 that throws fails its call, and sends nothing', async () => {
    const subjectToken = () => {
      throw new Error('no session here');
    };
    const { server, client } = await startGranting(tokenExchange({ subjectToken }));
    expect(await failureOf(client.fetch(server.issuer))).toMatchObject({ code: 'credential_unavailable' });
    expect(() => client.peekAccessToken()).not.toThrow();
    expect(server.requests).toEqual([]);
  });

  it('that gives at once lets the present token be looked at without waiting', async () => {
    const { client } = await startGranting(tokenExchange({ subjectToken: () => 'of-grace' }));
    expect(client.peekAccessToken()).toBeUndefined();
    const token = await client.getAccessToken();
    expect(client.peekAccessToken()).toBe(token);
  });
});

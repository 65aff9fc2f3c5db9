import {
  type AuthorizationServer,
  type MemoryStore,
  memoryStore,
  startAuthorizationServer,
} from '@outbound-auth/testing';
import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { password } from '../../src/grants/password.ts';
import { refreshToken } from '../../src/grants/refresh-token.ts';
import type { OutboundClient } from '../../src/outbound-client.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { giveRefreshTokens } from '../grants/granting.ts';

const byPassword = (): Grant => password({ username: 'grace', password: 'the-password' });

interface Fleet {
  readonly server: AuthorizationServer;
  readonly store: MemoryStore;
  /** What the server was asked by, in the order of arrival. */
  readonly asked: string[];
  readonly events: OutboundAuthEvent[];
  /** Another process. */
  process(): OutboundClient;
  /** A token when all tokens so far are over, so that the session is used. */
  next(client: OutboundClient): Promise<string>;
}

/** Processes that share a session at a server that rotates. */
async function startFleet(grant: () => Grant, ...first: string[]): Promise<Fleet> {
  const server = await startAuthorizationServer();
  let ahead = 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + ahead };
  const store = memoryStore({ clock });
  const { asked } = giveRefreshTokens(server, true, ...first);
  const events: OutboundAuthEvent[] = [];
  const encryptionKeys = [randomBytes(32)];
  const ends: (() => Promise<void>)[] = [() => server.close()];
  onTestFinished(async () => {
    for (const end of ends) await end();
  });
  const process = (): OutboundClient => {
    const auth = createOutboundAuth({
      clients: {
        billing: {
          tokenEndpoint: server.tokenEndpoint,
          clientId: 'orders',
          clientSecret: 'the-secret',
          attachTo: [server.issuer],
          grant: grant(),
          attempts: 1,
        },
      },
      clock,
      store,
      encryptionKeys,
      onEvent: (event) => void events.push(event),
    });
    ends.unshift(() => auth.close());
    return auth.client('billing');
  };
  const next = async (client: OutboundClient): Promise<string> => {
    ahead += 61_000;
    return (await client.getAccessToken()).value;
  };
  return { server, store, asked, events, process, next };
}

const refreshTokensIn = (asked: readonly string[]) => asked.filter((what) => what.startsWith('refresh_token '));

describe('row "refresh tokens": a session that processes share', () => {
  it('goes on from process to process by each refresh token once', async () => {
    const { asked, process, next } = await startFleet(() => refreshToken('first'), 'first');
    const [one, other] = [process(), process()];
    for (const client of [one, other, one, other]) await next(client);
    expect(asked).toEqual(['first', 'refresh-1', 'refresh-2', 'refresh-3'].map((token) => `refresh_token ${token}`));
  });

  it('is used by one process at a time, however many ask for however many scopes', async () => {
    const { asked, process } = await startFleet(() => refreshToken('first'), 'first');
    const scopes = ['read', 'write', 'delete'];
    await Promise.all(
      Array.from({ length: 4 }, process).flatMap((client) => scopes.map((scope) => client.getAccessToken({ scope }))),
    );
    const sent = refreshTokensIn(asked);
    expect(sent).toHaveLength(scopes.length);
    expect(new Set(sent).size).toBe(sent.length);
  });

  it('goes back to the grant once if its refresh token is refused', async () => {
    const { server, asked, process, next } = await startFleet(byPassword);
    const [one, other] = [process(), process()];
    await next(one);
    server.respondOnce({ status: 400, body: { error: 'invalid_grant' } });
    await next(other);
    await next(one);
    // The refusal was the script's, which notes nothing.
    expect(asked).toEqual(['password', 'password', 'refresh_token refresh-2']);
  });

  it.each(['reset', 'truncate'] as const)(
    'goes back to the grant where nobody knows what became of it (%s)',
    async (fault) => {
      const { server, asked, process, next } = await startFleet(byPassword);
      const [one, other] = [process(), process()];
      await next(one);
      server.respondOnce({ fault });
      await next(other);
      await next(one);
      expect(asked).toEqual(['password', 'password', 'refresh_token refresh-2']);
    },
  );

  it('is over where nobody knows what became of the only one, for every process', async () => {
    const { server, asked, process, next } = await startFleet(() => refreshToken('first'), 'first');
    const [one, other] = [process(), process()];
    await next(one);
    server.respondOnce({ fault: 'reset' });
    const failures = [await failureOf(next(other)), await failureOf(next(one)), await failureOf(next(process()))];
    for (const failure of failures) expect(failure).toMatchObject({ code: 'session_unavailable', status: 503 });
    expect(asked).toEqual(['refresh_token first']);
    expect(server.requests).toHaveLength(2);
  });

  it('E29 is left alone while the store is down: the grant is used', async () => {
    const { store, asked, process, next } = await startFleet(byPassword);
    const client = process();
    await next(client);
    store.fail('down');
    await next(client);
    await next(client);
    expect(asked).toEqual(['password', 'password', 'password']);
  });

  it('E29 is left alone while the store is down: without a grant there is none', async () => {
    const { store, asked, process, next } = await startFleet(() => refreshToken('first'), 'first');
    const client = process();
    await next(client);
    store.fail('down');
    expect(await failureOf(next(client))).toMatchObject({ code: 'session_unavailable', status: 503, retryAfter: 1 });
    expect(asked).toEqual(['refresh_token first']);
  });
});

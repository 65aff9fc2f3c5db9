import type { CacheSettings } from '../../src/tokens/cached.ts';
import { HoldBack } from '../../src/tokens/hold-back.ts';
import { Patience } from '../../src/tokens/patience.ts';
import type { TokenRequest, TokenSource } from '../../src/tokens/token-source.ts';
import { type AccessToken, HeldAccessToken } from '../../src/tokens/access-token.ts';

/** A token request that waits for the test to answer it. */
export interface AskedToken {
  readonly request: TokenRequest;
  give(token: AccessToken): void;
  fail(error: Error): void;
}

/** A source whose requests the test answers, in any order and at any time. */
export class ScriptedSource implements TokenSource {
  readonly asked: AskedToken[] = [];

  getToken(request: TokenRequest): Promise<AccessToken> {
    request.sending?.();
    return new Promise((resolve, reject) => {
      this.asked.push({ request, give: resolve, fail: reject });
    });
  }

  /** The request of that number, which must have been made. */
  at(index: number): AskedToken {
    const asked = this.asked[index];
    if (asked === undefined) throw new Error(`token request ${index} was not made; there are ${this.asked.length}`);
    return asked;
  }
}

/** A token of this lifetime, in milliseconds. */
export function tokenOf(value: string, obtainedAt: number, lifetime: number): AccessToken {
  return new HeldAccessToken({ value, obtainedAt, expiresAt: obtainedAt + lifetime });
}

/** A token request with this key, as the client's own or a user's. */
export function requestOf(key: string, own = false): TokenRequest {
  return { key, own, scope: undefined, audience: [], resource: [], parameters: [], subject: {}, reason: 'absent' };
}

/** The patience of a cache with these settings, and nothing that was held back before. */
export function patienceOf({ client, clock, random, capacity, waitTimeout }: CacheSettings): Patience {
  const holds = new HoldBack({ client, clock, random, capacity, emit: () => undefined });
  return new Patience({ client, clock, waitTimeout, holds });
}

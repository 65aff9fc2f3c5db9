import type { TokenRequestReason } from '../events.ts';
import type { AccessToken } from './access-token.ts';

/** What a token is asked for with. Two requests with the same key are the same request. */
export interface TokenRequest {
  readonly key: string;
  /** The client's own token: no subject and no parameters of a call. */
  readonly own: boolean;
  readonly scope: string | undefined;
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Whose token it is: texts by the names that the grant gives them. They may be secret. */
  readonly subject: Readonly<Record<string, string>>;
  readonly reason: TokenRequestReason;
  /** The value of a token that an API refused: any other will do, from wherever. */
  readonly rejected?: string;
}

/**
 * Gives an access token. A grant is a source; the cache (and later the shared store and the attempts) are sources
 * around a source, so each can be read, tested and replaced alone.
 */
export interface TokenSource {
  getToken(request: TokenRequest): Promise<AccessToken>;
  /** Ends the session behind a request, where there is one: gives its refresh token, which is not used again. */
  endSession?(request: TokenRequest): Promise<string | undefined>;
}

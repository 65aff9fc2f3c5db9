import type { TokenRequestReason } from '../events.ts';
import type { AccessToken } from './access-token.ts';

/** What a token is asked for with. Two requests with the same key are the same request. */
export interface TokenRequest {
  /** Equal for equal requests, and a digest: it shows none of its parts. */
  readonly key: string;
  /** The client's own token: no subject and no parameters of a call. */
  readonly own: boolean;
  /** Scopes, separated by spaces; undefined asks for none in particular. */
  readonly scope: string | undefined;
  /** For whom the token is (`audience`); none where empty. */
  readonly audience: readonly string[];
  /** For which APIs the token is (`resource`, RFC 8707); none where empty. */
  readonly resource: readonly string[];
  /** Further parameters of the body, `authorization_details` among them, in their order. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Whose token it is: texts by the names that the grant gives them. They may be secret. */
  readonly subject: Readonly<Record<string, string>>;
  /** Why it is asked for, as events tell it. */
  readonly reason: TokenRequestReason;
  /** Until when whoever waits for it does so, in milliseconds since the epoch; undefined: as long as one request takes. */
  readonly deadline?: number | undefined;
  /** Whether it has waited for the end of a hold: then it waits for a place among those under way too. */
  readonly waited?: boolean | undefined;
  /** Told each time that a request is about to be sent for it. */
  readonly sending?: (() => void) | undefined;
  /** The values of tokens that an API refused: any other will do, from wherever. */
  readonly rejected?: readonly string[] | undefined;
  /** The token that is to be renewed, and that stays in use until then. */
  readonly present?: AccessToken | undefined;
}

/**
 * Gives an access token. A grant is a source; the cache is a source around it, so that each can be
 * read, tested and replaced alone.
 */
export interface TokenSource {
  /** A new token, or one at hand that serves the request. @throws {OutboundAuthError} if none can be had. */
  getToken(request: TokenRequest): Promise<AccessToken>;
  /** Forgets this very token, wherever else it is kept. */
  drop?(request: TokenRequest, token: AccessToken): Promise<void>;
  /** Takes out the token that processes share, whichever it is. */
  withdraw?(request: TokenRequest): Promise<AccessToken | undefined>;
  /** Ends the session behind a request, where there is one: gives its refresh token, which is not used again. */
  endSession?(request: TokenRequest): Promise<string | undefined>;
}

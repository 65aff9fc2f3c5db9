import type { FetchInput, OutboundRequestInit } from './outgoing/fetch.ts';
import type { TokenParameters } from './options/options.ts';
import type { AccessToken } from './tokens/access-token.ts';

/**
 * One registration at one authorization server: its tokens, and its calls to the addresses in its `attachTo`.
 *
 * A class, so that dependency injection can name it; `createOutboundAuth` makes its instances.
 */
export abstract class OutboundClient {
  /** The name that the options give it. */
  abstract readonly name: string;

  /**
   * The present token, or a new one. Callers who ask at the same time share one token request.
   *
   * @throws {OutboundAuthError} if none can be had: a TokenRequestError where the server was asked.
   * @throws {OptionsError} if the parameters are not what `TokenParameters` says.
   * @example
   * ```ts
   * import type { OutboundAuth } from '@outbound-auth/core';
   *
   * async function remainingSeconds(auth: OutboundAuth): Promise<number> {
   *   const token = await auth.client('billing').getAccessToken({ scope: 'invoices:write' });
   *   return (token.expiresAt - Date.now()) / 1_000;
   * }
   * ```
   */
  abstract getAccessToken(
    parameters?: TokenParameters,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<AccessToken>;

  /**
   * The present token if there is one to hand out, without a promise; undefined if one must be waited for, and always
   * where an async function says on whose behalf it is. It starts a renewal that is due, as `getAccessToken` does.
   *
   * @throws {OutboundAuthError} with the code `subject_token_missing` where the grant acts for a user and there is none.
   * @throws {OptionsError} if the parameters are not what `TokenParameters` says.
   */
  abstract peekAccessToken(parameters?: TokenParameters): AccessToken | undefined;

  /**
   * `fetch` with this client's token.
   *
   * @throws {OutboundAuthError} with the code `outside_attach_to` for other addresses.
   */
  abstract fetch(
    input: FetchInput,
    init?: Omit<OutboundRequestInit, 'outboundAuth'> & { readonly outboundAuth?: TokenParameters | undefined },
  ): Promise<Response>;

  /**
   * Ends the present token, and the session behind it where there is a refresh token: here at once, and at the
   * authorization server. Whoever asks next gets another. A session of `refreshToken()` is one for all scopes: with it,
   * the server may end tokens that were got for others, which are still handed out here until an API refuses them.
   *
   * @see https://www.rfc-editor.org/rfc/rfc7009
   * @throws {OutboundAuthError} with the code `revocation_failed`, `discovery_failed` or `credential_unavailable`, or
   * `session_unavailable` where the session can't be had just now, and goes on; the token is not used any more even then.
   * @example
   * ```ts
   * import type { OutboundAuth } from '@outbound-auth/core';
   *
   * export function signOut(auth: OutboundAuth, userToken: string): Promise<void> {
   *   return auth.withSubjectToken(userToken, () => auth.client('billing').revoke());
   * }
   * ```
   */
  abstract revoke(parameters?: TokenParameters): Promise<void>;

  /** Whether an address is inside this client's `attachTo`. */
  abstract covers(url: string | URL): boolean;
}

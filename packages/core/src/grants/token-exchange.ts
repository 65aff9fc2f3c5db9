import { OptionsError } from '../errors.ts';
import type { SubjectTokenSource } from '../subject-token.ts';
import { assertSubjectTokenSource } from './subject-options.ts';
import type { Grant } from './grant.ts';
import { plainSource } from './plain-source.ts';
import { type TokenTypeIdentifier, tokenTypeUri } from './token-types.ts';

/** What a token exchange is made of. `audience`, `resource` and `scope` are the client's and the call's, as ever. */
export interface TokenExchangeOptions {
  /**
   * The token of whom the new one is for: a text, or a function that is asked at each call. Default: the bearer token of
   * the request being served (or of `auth.withSubjectToken`).
   */
  readonly subjectToken?: SubjectTokenSource | undefined;
  /** Default: `access_token`. */
  readonly subjectTokenType?: TokenTypeIdentifier | undefined;
  /** The token of who acts for the subject (delegation); without it the new token is the subject's (impersonation). */
  readonly actorToken?: SubjectTokenSource | undefined;
  /** Default: `access_token`, where there is an `actorToken`. */
  readonly actorTokenType?: TokenTypeIdentifier | undefined;
  /** What is wanted. Default: left to the server. */
  readonly requestedTokenType?: TokenTypeIdentifier | undefined;
}

/**
 * Another token for the same user: token exchange, by impersonation or delegation.
 *
 * The token is never handed out past the end of the subject token, where that can be read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8693#section-2.1
 * @throws {OptionsError} if a token is neither text nor function.
 * @example
 * ```ts
 * import { createOutboundAuth, env, tokenExchange } from '@outbound-auth/core';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     ledger: {
 *       issuer: 'https://idp.example.com',
 *       clientId: 'orders-service',
 *       clientSecret: env('LEDGER_SECRET'),
 *       grant: tokenExchange(),
 *       audience: 'https://ledger.example',
 *       attachTo: ['https://ledger.example'],
 *     },
 *   },
 * });
 *
 * export const entries = (userToken: string) =>
 *   auth.withSubjectToken(userToken, () => auth.fetch('https://ledger.example/entries'));
 * ```
 */
export function tokenExchange(options: TokenExchangeOptions = {}): Grant {
  const { subjectToken, actorToken, actorTokenType, requestedTokenType } = options;
  const { subjectTokenType = 'access_token' } = options;
  assertSubjectTokenSource(subjectToken, 'tokenExchange({ subjectToken })');
  assertSubjectTokenSource(actorToken, 'tokenExchange({ actorToken })');
  if (actorToken === undefined && actorTokenType !== undefined) {
    const message = 'stands without an actorToken; give that too, or leave it out';
    throw new OptionsError([{ path: 'tokenExchange({ actorTokenType })', message }]);
  }
  const type = 'urn:ietf:params:oauth:grant-type:token-exchange';
  const actor = actorToken === undefined ? [] : [{ name: 'actor_token', source: actorToken }];
  return {
    type,
    subject: [{ name: 'subject_token', source: subjectToken }, ...actor],
    connect: (endpoint) =>
      plainSource(endpoint, type, ({ subject }) => ({
        subjectToken: subject['subject_token'],
        fill: ({ body }) => {
          for (const [name, value] of Object.entries(subject)) body.set(name, value);
          body.set('subject_token_type', tokenTypeUri(subjectTokenType));
          if (actorToken !== undefined) body.set('actor_token_type', tokenTypeUri(actorTokenType ?? 'access_token'));
          if (requestedTokenType !== undefined) body.set('requested_token_type', tokenTypeUri(requestedTokenType));
        },
      })),
  };
}

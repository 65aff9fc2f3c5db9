import { heldGrant } from './held-grant.ts';
import { optionsOf } from '../option-reader.ts';
import type { SubjectTokenSource } from '../subject-token.ts';
import type { Grant } from './grant.ts';
import { plainSource } from './plain-source.ts';
import { readSubjectToken } from './read-subject-token.ts';
import { readTokenType, type TokenTypeIdentifier } from './token-types.ts';

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
 * @throws {OptionsError} for options that are none, or not what they must be.
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
  const type = 'urn:ietf:params:oauth:grant-type:token-exchange';
  const { subjectToken, actorToken, types } = readTokenExchange(options);
  const actor = actorToken === undefined ? [] : [{ name: 'actor_token', source: actorToken }];
  const subject = [{ name: 'subject_token', source: subjectToken }, ...actor];
  const connect: Grant['connect'] = (endpoint) =>
    plainSource(endpoint, type, ({ subject: tokens }) => ({
      subjectToken: tokens['subject_token'],
      fill: ({ body }) => {
        for (const [name, value] of [...Object.entries(tokens), ...types]) body.set(name, value);
      },
    }));
  return heldGrant({ type, subject, parameters: types, connect }, tokenExchange.name, options);
}

interface TokenExchange extends Pick<TokenExchangeOptions, 'subjectToken' | 'actorToken'> {
  /** The members of the request that say what the tokens are. */
  readonly types: readonly (readonly [name: string, uri: string])[];
}

function readTokenExchange(options: TokenExchangeOptions): TokenExchange {
  return optionsOf('tokenExchange({ … })', options, (reader) => {
    const actorToken = readSubjectToken(reader, 'actorToken');
    const alone = reader.value('actorToken') === undefined;
    if (alone && reader.value('actorTokenType') !== undefined) {
      reader.refuse('actorTokenType', 'stands without an actorToken; give that too, or leave it out');
    }
    const types = {
      subject_token_type: readTokenType(reader, 'subjectTokenType') ?? accessToken,
      actor_token_type: readTokenType(reader, 'actorTokenType') ?? (alone ? undefined : accessToken),
      requested_token_type: readTokenType(reader, 'requestedTokenType'),
    };
    return {
      subjectToken: readSubjectToken(reader, 'subjectToken'),
      actorToken,
      types: Object.entries(types).flatMap(([name, uri]) => (uri === undefined ? [] : [[name, uri] as const])),
    };
  });
}

const accessToken = 'urn:ietf:params:oauth:token-type:access_token';

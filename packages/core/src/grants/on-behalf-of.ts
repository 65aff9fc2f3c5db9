import { heldGrant } from './held-grant.ts';
import { optionsOf } from '../option-reader.ts';
import type { SubjectTokenSource } from '../subject-token.ts';
import type { Grant } from './grant.ts';
import { plainSource } from './plain-source.ts';
import { readSubjectToken } from './read-subject-token.ts';

/** Whose token the new one is got with. */
export interface OnBehalfOfOptions {
  /**
   * The user's access token, issued for this service: a text, or a function that is asked at each call. Default: the
   * bearer token of the request being served (or of `auth.withSubjectToken`).
   */
  readonly subjectToken?: SubjectTokenSource | undefined;
}

/**
 * Another token for the same user, in Microsoft's form: the user's token as a JWT bearer assertion.
 *
 * The token is never handed out past the end of the user's, where that can be read.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
 * @throws {OptionsError} for options that are none, or a token that is neither text nor function.
 * @example
 * ```ts
 * import { type ClientOptions, env, onBehalfOf } from '@outbound-auth/core';
 *
 * export const graph: ClientOptions = {
 *   tokenEndpoint: 'https://login.microsoftonline.com/my-tenant/oauth2/v2.0/token',
 *   clientId: 'orders-service',
 *   clientSecret: env('GRAPH_SECRET'),
 *   grant: onBehalfOf(),
 *   scope: 'https://graph.microsoft.com/.default',
 *   attachTo: ['https://graph.microsoft.com'],
 * };
 * ```
 */
export function onBehalfOf(options: OnBehalfOfOptions = {}): Grant {
  const subjectToken = optionsOf('onBehalfOf({ … })', options, (reader) => readSubjectToken(reader, 'subjectToken'));
  const type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  const subject = [{ name: 'assertion', source: subjectToken }];
  const connect: Grant['connect'] = (endpoint) =>
    plainSource(endpoint, type, ({ subject: { assertion = '' } }) => ({
      subjectToken: assertion,
      fill: ({ body }) => {
        body.set('assertion', assertion);
        body.set('requested_token_use', 'on_behalf_of');
      },
    }));
  return heldGrant({ type, subject, connect }, onBehalfOf.name, options);
}

import type { SubjectTokenSource } from '../subject-token.ts';
import type { Grant } from './grant.ts';
import { plainSource } from './plain-source.ts';
import { assertSubjectTokenSource } from './subject-options.ts';

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
 * @throws {OptionsError} if the token is neither text nor function.
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
export function onBehalfOf({ subjectToken }: OnBehalfOfOptions = {}): Grant {
  assertSubjectTokenSource(subjectToken, 'onBehalfOf({ subjectToken })');
  const type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  return {
    type,
    subject: [{ name: 'assertion', source: subjectToken }],
    connect: (endpoint) =>
      plainSource(endpoint, type, ({ subject: { assertion = '' } }) => ({
        subjectToken: assertion,
        fill: ({ body }) => {
          body.set('assertion', assertion);
          body.set('requested_token_use', 'on_behalf_of');
        },
      })),
  };
}

import type { ClientCertificate } from '../certificate.ts';
import type { TokenRequestDraft } from '../token-endpoint/draft.ts';

/**
 * Client authentication: a function that adds to the request's body and headers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @example
 * ```ts
 * import { type ClientAuthentication, env } from '@outbound-auth/core';
 *
 * export const byHeader: ClientAuthentication = async ({ clientId, body, headers, secret }) => {
 *   body.set('client_id', clientId);
 *   headers.set('x-client-secret', await secret(env('BILLING_SECRET')));
 * };
 * ```
 */
export interface ClientAuthentication {
  (draft: TokenRequestDraft): void | Promise<void>;
  /** The certificate that the connection itself shows, where that is the authentication. */
  readonly certificate?: ClientCertificate | undefined;
}

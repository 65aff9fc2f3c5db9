import type { SecretSource } from '../secret.ts';

/** A token request on its way to be authenticated. */
export interface ClientAuthenticationRequest {
  readonly clientId: string;
  /** The form that will be sent; add to it. */
  readonly body: URLSearchParams;
  /** The headers that will be sent; add to them. */
  readonly headers: Headers;
  /** The token endpoint's address. */
  readonly tokenEndpoint: string;
  /** Reads a secret and keeps it out of every error and event. Use it for each secret. */
  secret(source: SecretSource): Promise<string>;
}

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
export type ClientAuthentication = (request: ClientAuthenticationRequest) => void | Promise<void>;

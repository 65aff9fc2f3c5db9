import { assertSecretSource, type SecretSource } from '../secret.ts';
import type { ClientAuthentication } from './client-authentication.ts';

/**
 * Client id and secret in the token request's body, for servers that don't take HTTP Basic.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 * @throws {OptionsError} if the secret is neither text nor function.
 * @example
 * ```ts
 * import { clientSecretPost, env } from '@outbound-auth/core';
 *
 * export const clientAuthentication = clientSecretPost(env('BILLING_SECRET'));
 * ```
 */
export function clientSecretPost(secret: SecretSource): ClientAuthentication {
  assertSecretSource(secret, 'clientSecretPost(secret)');
  return async (request) => {
    const password = await request.secret(secret);
    request.body.set('client_id', request.clientId);
    request.body.set('client_secret', password);
  };
}

import { comparable } from '../comparable.ts';
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
  const authenticate: ClientAuthentication = async (draft) => {
    const password = await draft.secret(secret);
    draft.body.set('client_id', draft.clientId);
    draft.body.set('client_secret', password);
  };
  return comparable(authenticate, clientSecretPost.name, secret);
}

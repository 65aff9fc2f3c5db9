import { assertSecretSource, type SecretSource } from '../secret.ts';
import type { ClientAuthentication } from './client-authentication.ts';

/**
 * Client id and secret as HTTP Basic credentials, both form-encoded. What `clientSecret` alone means.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 * @throws {OptionsError} if the secret is neither text nor function.
 * @example
 * ```ts
 * import { clientSecretBasic, env } from '@outbound-auth/core';
 *
 * export const clientAuthentication = clientSecretBasic(env('BILLING_SECRET'));
 * ```
 */
export function clientSecretBasic(secret: SecretSource): ClientAuthentication {
  assertSecretSource(secret, 'clientSecretBasic(secret)');
  return async (request) => {
    const password = await request.secret(secret);
    const credentials = `${formEncode(request.clientId)}:${formEncode(password)}`;
    request.headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
  };
}

// Escapes only what form-encoding must: many servers that forget to decode still know `-`, `_`, `.` and `~`.
function formEncode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

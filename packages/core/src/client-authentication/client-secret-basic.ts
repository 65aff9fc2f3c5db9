import { comparable } from '../comparable.ts';
import { optionsOf } from '../option-reader.ts';
import { assertSecretSource, type SecretSource } from '../secret.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { usualRemedy, withRemedy } from './refusal-remedy.ts';

/** How the two are written. */
export interface ClientSecretBasicOptions {
  /**
   * `form`: form-encoded, as the RFC says. `raw`: as they are (UTF-8), for servers that compare the bytes. Where neither
   * holds a special character, both are the same. Default: `form`.
   */
  readonly encoding?: 'form' | 'raw' | undefined;
}

/**
 * Client id and secret as HTTP Basic credentials, form-encoded. What `clientSecret` alone means.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 * @throws {OptionsError} if the secret is neither text nor function, or an option is wrong.
 * @example
 * ```ts
 * import { clientSecretBasic, env } from '@outbound-auth/core';
 *
 * export const clientAuthentication = clientSecretBasic(env('BILLING_SECRET'));
 * ```
 */
export function clientSecretBasic(secret: SecretSource, options: ClientSecretBasicOptions = {}): ClientAuthentication {
  assertSecretSource(secret, 'clientSecretBasic(secret)');
  const encoding = optionsOf('clientSecretBasic(secret, { … })', options, (reader) =>
    reader.oneOf('encoding', ['form', 'raw']),
  );
  let changed = false;
  const authenticate: ClientAuthentication = async (draft) => {
    const password = await draft.secret(secret);
    if (draft.headers.has('authorization')) {
      throw new TypeError('the grant has taken the Authorization header; use clientSecretPost()');
    }
    // Raw, an id may hold a colon too: who compares bytes doesn't look for where it ends.
    const encode = encoding === 'raw' ? String : formEncode;
    changed = encode(draft.clientId) !== draft.clientId || encode(password) !== password;
    const credentials = `${encode(draft.clientId)}:${encode(password)}`;
    draft.headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
  };
  withRemedy(authenticate, () => (changed ? `${usualRemedy}${otherwise}` : usualRemedy));
  return comparable(authenticate, clientSecretBasic.name, secret, encoding);
}

// Escapes only what form-encoding must: many servers that forget to decode still know `-`, `_`, `.` and `~`.
function formEncode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

const otherwise =
  "; form-encoding has changed one of the two, and a server that does not decode them wants clientSecretBasic(secret, { encoding: 'raw' }) or clientSecretPost(secret)";

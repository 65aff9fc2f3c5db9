import { none } from '../client-authentication/none.ts';
import { jwtBearer } from '../grants/jwt-bearer.ts';
import type { ClientOptions } from '../options/options.ts';
import { type GoogleCredentials, type GoogleCredentialsSource, readAccount } from './google-credentials.ts';
import { type FurtherOptions, withFurther } from './provider-options.ts';
import { readOptions, requireAttachTo } from './read-options.ts';

/** A Google service account, and what its tokens are for. */
export interface GoogleServiceAccountOptions extends FurtherOptions {
  /**
   * The account's key file: the object, or its JSON text; or a function (async too) that gives it whenever a token is
   * requested, so that a new key and its identifier are used without a restart. Then `clientEmail` is needed.
   */
  readonly credentials: GoogleCredentials | string | GoogleCredentialsSource;
  /** The account's address, `client_email` of the key file: where a function gives that, and only there. */
  readonly clientEmail?: string | undefined;
  /** What the token may do; without it Google gives none. */
  readonly scope: string | readonly string[];
  /** The user in whose name the calls are made, by domain-wide delegation. Default: the account itself. */
  readonly subject?: string | undefined;
  /** The address prefixes of the APIs: `https://storage.googleapis.com`. */
  readonly attachTo: readonly string[];
}

/**
 * A client of Google's APIs by a service account's key: an assertion that says the scope, and no client authentication.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { createOutboundAuth } from '@outbound-auth/core';
 * import { googleServiceAccount } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     archive: googleServiceAccount({
 *       credentials: readFileSync('service-account.json', 'utf8'),
 *       scope: 'https://www.googleapis.com/auth/devstorage.read_only',
 *       attachTo: ['https://storage.googleapis.com'],
 *     }),
 *   },
 * });
 * ```
 */
export function googleServiceAccount(options: GoogleServiceAccountOptions): ClientOptions {
  const account = readOptions('googleServiceAccount', options, (reader) => {
    if (reader.value('scope') === undefined) reader.refuse('scope', 'is missing; name what the token may do');
    reader.text('subject');
    requireAttachTo(reader);
    return readAccount(reader);
  });
  const { credentials, clientEmail, subject, attachTo, ...further } = options;
  const { email, key, keyId, tokenEndpoint } = account;
  const own: ClientOptions = {
    tokenEndpoint,
    clientId: email,
    clientAuthentication: none({ sendClientId: false }),
    grant: jwtBearer({ key, keyId, subject, audience: tokenEndpoint, algorithm: 'RS256', scopeAsClaim: true }),
    attachTo,
  };
  return withFurther(own, further);
}

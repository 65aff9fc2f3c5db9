import type { PrivateKeySource } from '../assertions/signing-key.ts';
import { none } from '../client-authentication/none.ts';
import { jwtBearer } from '../grants/jwt-bearer.ts';
import { parseJsonObject } from '../json-object.ts';
import { OptionReader } from '../option-reader.ts';
import type { ClientOptions } from '../options/options.ts';
import { type FurtherOptions, withFurther } from './provider-options.ts';
import { readBase } from './read-base.ts';
import { readKey, readOptions, requireAttachTo } from './read-options.ts';

/** The key file of a service account, as Google gives it; what else stands there is not used. */
export interface GoogleCredentials {
  /** The account's address (`iss`). */
  readonly client_email: string;
  /** The account's private key: PEM, or a function that gives it whenever a token is requested. */
  readonly private_key: PrivateKeySource;
  /** The key's identifier (`kid`). */
  readonly private_key_id?: string | undefined;
  /** The token endpoint's address. Default: `https://oauth2.googleapis.com/token`. */
  readonly token_uri?: string | undefined;
  readonly [member: string]: unknown;
}

/** A Google service account, and what its tokens are for. */
export interface GoogleServiceAccountOptions extends FurtherOptions {
  /** The account's key file: the object, or its JSON text. */
  readonly credentials: GoogleCredentials | string;
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
  const { credentials, subject, attachTo, ...further } = options;
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

/** What is used of a key file. */
interface Account {
  readonly email: string;
  readonly key: PrivateKeySource;
  readonly keyId: string | undefined;
  readonly tokenEndpoint: string;
}

const tokenUri = 'https://oauth2.googleapis.com/token';

function readAccount(reader: OptionReader): Account {
  const file = readFile(reader);
  const type = file.value('type');
  if (type !== undefined && type !== 'service_account') {
    file.refuse('type', "must be 'service_account': this file is for another kind of account");
  }
  return {
    email: file.requiredText('client_email', "give the whole of the account's key file"),
    key: readKey(file, 'private_key', 'RS256'),
    keyId: file.text('private_key_id'),
    tokenEndpoint: readBase(file, 'token_uri', { example: tokenUri, path: true, fallback: tokenUri }),
  };
}

function readFile(reader: OptionReader): OptionReader {
  const credentials = reader.value('credentials');
  const members = typeof credentials === 'string' ? parseJsonObject(credentials) : undefined;
  if (members !== undefined) return new OptionReader(Object.fromEntries(members), 'credentials', reader.problems);
  const file = typeof credentials === 'string' ? undefined : reader.child('credentials');
  if (file !== undefined) return file;
  if (credentials === undefined) reader.refuse('credentials', "is missing; give the account's key file");
  else if (typeof credentials === 'string') {
    reader.refuse('credentials', "must be the JSON text of the account's key file, not its name");
  }
  // Whatever is missing in it has been said.
  return new OptionReader({}, '');
}

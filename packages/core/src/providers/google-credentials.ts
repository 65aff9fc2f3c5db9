import { createPrivateKey } from 'node:crypto';
import type { PrivateJwk, PrivateKeySource } from '../assertions/signing-key.ts';
import { parseJsonObject } from '../json-object.ts';
import { OptionReader } from '../option-reader.ts';
import { readBase } from './read-base.ts';
import { readKey } from './read-options.ts';

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

/** A key file as text, or parsed; its `private_key` is PEM. */
export type GoogleKeyFile = string | (GoogleCredentials & { readonly private_key: string });

/** A function that gives a key file whenever a token is requested. */
export type GoogleCredentialsSource = () => GoogleKeyFile | Promise<GoogleKeyFile>;

/** What is used of a key file. */
interface Account {
  readonly email: string;
  readonly key: PrivateKeySource;
  readonly keyId: string | undefined;
  readonly tokenEndpoint: string;
}

const tokenUri = 'https://oauth2.googleapis.com/token';

/** Reads the account, and of a file that a function will give what can be known before. */
export function readAccount(reader: OptionReader): Account {
  const credentials = reader.value('credentials');
  const give = typeof credentials === 'function' ? reader.callable<GoogleCredentialsSource>('credentials') : undefined;
  if (give !== undefined) {
    const email = reader.requiredText('clientEmail', 'give the client_email of the key files');
    return { email, key: () => keyFrom(give, email), keyId: undefined, tokenEndpoint: tokenUri };
  }
  if (reader.value('clientEmail') !== undefined) {
    reader.refuse('clientEmail', 'is for credentials that a function gives; leave it out');
  }
  return readMembers(readFile(reader));
}

/** The key of the file that is given now, with the identifier that belongs to it. */
async function keyFrom(give: GoogleCredentialsSource, clientEmail: string): Promise<PrivateJwk> {
  const reader = new OptionReader({ credentials: await give() }, '');
  const file = readFile(reader);
  const { email, keyId, tokenEndpoint } = readMembers(file);
  if (email !== '' && email !== clientEmail) file.refuse('client_email', `must be ${clientEmail}, as clientEmail says`);
  if (tokenEndpoint !== '' && tokenEndpoint !== tokenUri) file.refuse('token_uri', `must be ${tokenUri}, or left out`);
  const key = file.text('private_key');
  if (key === undefined || reader.problems.length > 0) {
    throw new TypeError(reader.problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  }
  return { ...createPrivateKey(key).export({ format: 'jwk' }), kid: keyId };
}

function readMembers(file: OptionReader): Account {
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

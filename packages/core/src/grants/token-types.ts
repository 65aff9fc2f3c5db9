import type { OptionReader } from '../option-reader.ts';

const prefix = 'urn:ietf:params:oauth:token-type:';
const known: readonly unknown[] = ['access_token', 'refresh_token', 'id_token', 'jwt', 'saml1', 'saml2'];

/** A token type identifier by its last word, or any other in full. @see https://www.rfc-editor.org/rfc/rfc8693#section-3 */
export type TokenTypeIdentifier =
  'access_token' | 'refresh_token' | 'id_token' | 'jwt' | 'saml1' | 'saml2' | `${string}:${string}`;

/** Reads a token type identifier, in full. */
export function readTokenType(reader: OptionReader, name: string): string | undefined {
  const value = reader.value(name);
  if (value === undefined || (typeof value === 'string' && value.includes(':'))) return value;
  if (typeof value === 'string' && known.includes(value)) return prefix + value;
  reader.refuse(name, `must be ${known.join(', ')}, or another type’s URI`);
  return undefined;
}

const prefix = 'urn:ietf:params:oauth:token-type:';

/** A token type identifier by its last word, or any other in full. @see https://www.rfc-editor.org/rfc/rfc8693#section-3 */
export type TokenTypeIdentifier =
  'access_token' | 'refresh_token' | 'id_token' | 'jwt' | 'saml1' | 'saml2' | `${string}:${string}`;

/** The identifier in full. */
export function tokenTypeUri(type: TokenTypeIdentifier): string {
  return type.includes(':') ? type : `${prefix}${type}`;
}

import { parseJsonObject } from './json-object.ts';

/** One challenge of a `WWW-Authenticate` header: its scheme, and its parameters by lower-case name. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const part =
  /\s*(?:,\s*)*(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([\w!#$%&'*+.^`|~-]+)(?:\s+[\w~+/.-]+=*(?=\s*(?:,|$)))?)/gy;

/** Reads the challenges of a `WWW-Authenticate` header. @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const [, name, quoted, token, scheme] of header.matchAll(part)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    else if (name !== undefined) {
      const value = quoted === undefined ? token : quoted.replace(/\\(.)/g, '$1');
      challenges.at(-1)?.parameters.set(name.toLowerCase(), value ?? '');
    }
  }
  return challenges;
}

/**
 * Whether a 401 with this `WWW-Authenticate` speaks against the token. Without the header it does; a challenge for
 * something else (Basic, Negotiate), or for more scope, is not cured by a new token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export function isAboutToken(header: string | null | undefined): boolean {
  if (header === null || header === undefined || header.trim() === '') return true;
  const offered = parseChallenges(header).filter(({ scheme }) => scheme === 'bearer' || scheme === 'dpop');
  // The error may stand beside either of them.
  return offered.length > 0 && !offered.some(({ parameters }) => notAboutToken.has(parameters.get('error') ?? ''));
}

const notAboutToken = new Set(['invalid_dpop_proof', 'insufficient_claims', 'insufficient_scope', 'use_dpop_nonce']);

/** Whether a `WWW-Authenticate` asks for a nonce in the DPoP proof. @see https://www.rfc-editor.org/rfc/rfc9449#section-9 */
export function wantsNonce(header: string | null | undefined): boolean {
  const challenges = parseChallenges(header ?? '');
  return challenges.some(({ scheme, parameters }) => scheme === 'dpop' && parameters.get('error') === 'use_dpop_nonce');
}

/** The `claims` parameter that a `WWW-Authenticate` asks a token request to carry: JSON, sent in Base64. */
export function wantedClaims(header: string | null | undefined): string | undefined {
  const challenges = parseChallenges(header ?? '');
  const parameters = challenges.find(
    (challenge) => challenge.parameters.get('error') === 'insufficient_claims',
  )?.parameters;
  const claims = Buffer.from(parameters?.get('claims') ?? '', 'base64').toString();
  return parseJsonObject(claims) === undefined ? undefined : claims;
}

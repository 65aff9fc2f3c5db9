import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TokenClaims } from './read-token.ts';
import { Refusal } from './refusal.ts';

/** A call as it arrived. */
export interface Arrived {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  /** By lower-case name; a header that came more than once is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function readCall(message: IncomingMessage): Promise<Arrived> {
  // headersDistinct, for `headers` silently keeps only the first of two Authorization headers.
  const headers = Object.entries(message.headersDistinct).map(([name, values = []]): [string, string] => [
    name,
    values.join(', '),
  ]);
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: Object.fromEntries(headers),
    body: await text(message),
  };
}

/** The token of a call, and how it was shown. */
export interface Shown {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly accessToken: string;
}

export function readAuthorization(header: string | undefined): Shown {
  const [, scheme, accessToken] = /^(Bearer|DPoP) +([\w.~+/-]+=*)$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || accessToken === undefined) throw new Refusal('Bearer', undefined, 'no token');
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', accessToken };
}

/** What a token is bound to (RFC 7800): a DPoP key (RFC 9449 §6.1), a certificate (RFC 8705 §3.1), or nothing. */
export interface Confirmation {
  readonly jkt?: unknown;
  readonly 'x5t#S256'?: unknown;
}

export function confirmation({ cnf }: TokenClaims): Confirmation {
  return typeof cnf === 'object' && cnf !== null ? cnf : {};
}

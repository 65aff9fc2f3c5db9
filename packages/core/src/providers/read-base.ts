import type { OptionReader } from '../option-reader.ts';
import { parseUrl } from '../parse-url.ts';

/** What kind of address an option holds. */
export interface BaseRule {
  /** An example for messages. */
  readonly example: string;
  /** Whether a path may follow the host. Default: false. */
  readonly path?: boolean;
  /** What stands for it when it isn't given. Default: it must be given. */
  readonly fallback?: string;
}

/**
 * Reads the address that a system's other addresses begin with: with or without its scheme (then `https://`) and its last
 * slash. Gives it with the scheme and without the slash.
 */
export function readBase(reader: OptionReader, name: string, rule: BaseRule): string {
  const { example, path = false, fallback } = rule;
  const given = reader.value(name) === undefined && fallback !== undefined ? fallback : undefined;
  const text = given ?? reader.requiredText(name, `give it, such as ${example}`);
  // Refused already, where it was read.
  if (text === '') return '';
  const url = parseUrl(text.includes('://') ? text : `https://${text}`);
  const problem = problemOf(url, path);
  if (url === undefined || problem !== undefined) {
    reader.refuse(name, `must be ${path ? 'an address' : 'a host'}, such as ${example}${problem ?? ''}`);
    return '';
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function problemOf(url: URL | undefined, path: boolean): string | undefined {
  if (url === undefined) return undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return ': it may begin with https://, and with no other scheme';
  if (url.username !== '' || url.password !== '') return ', without user info (user:password@)';
  if (url.search !== '' || url.hash !== '') return ', without a query or a fragment';
  if (url.hostname.includes('*')) return ', without a wildcard';
  if (!path && /[^/]/.test(url.pathname)) return ', without a path';
  return undefined;
}

/** Reads a name that becomes one segment of a path. */
export function readSegment(reader: OptionReader, name: string, remedy: string): string {
  const text = reader.requiredText(name, remedy);
  if (/[/?#\\]|^\.{1,2}$/.test(text)) reader.refuse(name, `must be a name alone, without an address; ${remedy}`);
  return encodeURIComponent(text);
}

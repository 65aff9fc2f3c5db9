import { randomUUID } from 'node:crypto';
import { fingerprint } from './comparable.ts';
import type { ClientSettings } from './options/client-settings.ts';
import { type KeyPart, lengthPrefixed } from './tokens/token-key.ts';

/** What tells this client's tokens from those of all others, credentials apart. */
export function identityOf(settings: ClientSettings): KeyPart[] {
  const { name, kind, clientId, grant, tokenRequestHeaders } = settings;
  const headers = tokenRequestHeaders.map(([header, value]): KeyPart => {
    return ['header', typeof value === 'string' ? lengthPrefixed(header, value) : header];
  });
  return [
    [kind, name],
    ['server', settings.tokenEndpoint?.href ?? settings.issuer ?? ''],
    ['client_id', clientId],
    ['grant_type', grant.type],
    ...(grant.parameters ?? []).map(([parameter, value]): KeyPart => ['grant', lengthPrefixed(parameter, value)]),
    ...boundTo(settings),
    ...headers,
  ];
}

/** What tokens may be bound to: with another key or certificate they are of no use (RFC 9449, RFC 8705). */
function boundTo({ dpop, authenticate }: ClientSettings): KeyPart[] {
  const { certificate } = authenticate;
  const parts: KeyPart[] = [];
  if (dpop !== undefined) {
    parts.push(['dpop', dpop.key === undefined ? randomUUID() : fingerprint(dpop.key)]);
    // What comes unbound is for those who allow it.
    if (dpop.allowBearer) parts.push(['dpop', 'or Bearer']);
  }
  if (certificate !== undefined) parts.push(['certificate', fingerprint(certificate)]);
  return parts;
}

/** Whether other processes can use this client's tokens: not those bound to what is this process's own, or may change. */
export function isShareable({ dpop, authenticate }: ClientSettings): boolean {
  const ownKey = dpop !== undefined && (dpop.key === undefined || typeof dpop.key === 'function');
  return !ownKey && typeof authenticate.certificate !== 'function';
}

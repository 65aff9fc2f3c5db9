import type { ClientCertificate } from '../certificate.ts';
import { comparable } from '../comparable.ts';
import { OptionsError } from '../errors.ts';
import type { ClientAuthentication } from './client-authentication.ts';

/**
 * Mutual TLS: the connection shows the client's certificate, issued by an authority or self-signed. Calls inside
 * `attachTo` show it too, for a token may be bound to it. Needs the package `undici` (version 7).
 *
 * @param certificate Certificate and key, or a function that gives them, asked whenever a token is requested.
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-2
 * @throws {OptionsError} if a certificate or its key is missing.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { tlsClientAuth } from '@outbound-auth/core';
 *
 * export const clientAuthentication = tlsClientAuth(async () => ({
 *   cert: await readFile('billing.crt'),
 *   key: await readFile('billing.key'),
 * }));
 * ```
 */
export function tlsClientAuth(certificate: ClientCertificate): ClientAuthentication {
  assertCertificate(certificate);
  const authenticate: ClientAuthentication = ({ clientId, body }) => {
    body.set('client_id', clientId);
  };
  return comparable(Object.assign(authenticate, { certificate }), tlsClientAuth.name, certificate);
}

function assertCertificate(given: unknown): void {
  if (typeof given === 'function') return;
  const { cert, key, pfx } =
    typeof given === 'object' && given !== null ? { ...emptyCertificate, ...given } : emptyCertificate;
  if (pfx !== undefined ? cert === undefined && key === undefined : cert !== undefined && key !== undefined) return;
  const message = 'must hold cert and key, or pfx alone; or be a function that gives them';
  throw new OptionsError([{ path: 'tlsClientAuth(certificate)', message }]);
}

const emptyCertificate: { cert?: unknown; key?: unknown; pfx?: unknown } = {};

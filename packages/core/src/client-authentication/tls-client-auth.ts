import { inspect } from 'node:util';
import type { CertificateAndKey, ClientCertificate } from '../certificate.ts';
import { comparable } from '../comparable.ts';
import { type OptionProblem, OptionsError } from '../errors.ts';
import { optionsOf } from '../option-reader.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { readCertificate } from './read-certificate.ts';

/**
 * Mutual TLS: the connection shows the client's certificate, issued by an authority or self-signed. Calls inside
 * `attachTo` show it too, for a token may be bound to it. Needs the package `undici` (version 7).
 *
 * @param certificate Certificate and key, or a function that gives them, asked whenever a token is requested.
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-2
 * @throws {OptionsError} if certificate or key is missing, or `node:tls` cannot use them together.
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
  const authenticate: ClientAuthentication = ({ clientId, body }) => {
    body.set('client_id', clientId);
  };
  const checked = typeof certificate === 'function' ? checkedLater(certificate) : checkedNow(certificate);
  // Neither an inspector nor a logger shows the key.
  Object.defineProperties(authenticate, {
    certificate: { get: () => checked },
    [inspect.custom]: { value: () => `[Function: ${tlsClientAuth.name}]` },
  });
  return comparable(authenticate, tlsClientAuth.name, checked);
}

function checkedLater(given: () => CertificateAndKey | Promise<CertificateAndKey>): ClientCertificate {
  return async () => {
    const certificate = await given();
    try {
      return checkedNow(certificate);
    } catch (error) {
      // No option is wrong then: a credential can't be had.
      throw error instanceof OptionsError ? new TypeError(error.problems.map(wordsOf).join('; ')) : error;
    }
  };
}

function checkedNow(given: CertificateAndKey): CertificateAndKey {
  return optionsOf('tlsClientAuth({ … })', given, readCertificate);
}

function wordsOf({ path, message }: OptionProblem): string {
  return `${path}: ${message}`;
}

import { X509Certificate } from 'node:crypto';
import { isKeyObject, isUint8Array } from 'node:util/types';
import type { OptionReader } from '../option-reader.ts';
import type { AssertionOptions } from './assertion.ts';
import type { Signature } from './sign-jwt.ts';

type CertificateSource = NonNullable<AssertionOptions['certificate']>;

const rule = 'must be a certificate, PEM or DER; or a function that gives one';

/** Reads an option that may hold the certificate of a key. */
export function readCertificateSource(reader: OptionReader, name: string): CertificateSource | undefined {
  const given = reader.value(name);
  if (given === undefined || isFunction(given)) return given;
  if (isEncoded(given) && certificateOf(given) !== undefined) return given;
  reader.refuse(name, rule);
  return undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc7515#section-4.1.8 @throws {TypeError} for what is no certificate of this key. */
export function thumbprint(given: unknown, key: Signature['key']): string {
  const certificate = certificateOf(given);
  if (certificate === undefined) throw new TypeError(`the certificate ${rule}`);
  if (isKeyObject(key) && !certificate.checkPrivateKey(key)) {
    throw new TypeError('the certificate is that of another key; give it with its key, as functions where they change');
  }
  return Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}

/** The certificate, or the first of several; undefined for anything else. */
export function certificateOf(given: unknown): X509Certificate | undefined {
  try {
    return isEncoded(given) ? new X509Certificate(given) : undefined;
  } catch {
    // A decoder's words say nothing that helps.
    return undefined;
  }
}

/** Whether it may be PEM or DER. */
export function isEncoded(value: unknown): value is string | Uint8Array {
  return (typeof value === 'string' && value !== '') || isUint8Array(value);
}

function isFunction(value: unknown): value is Extract<CertificateSource, () => unknown> {
  return typeof value === 'function';
}

import { isUint8Array } from 'node:util/types';
import { certificateOf, isEncoded } from '../assertions/certificate-thumbprint.ts';
import type { CertificateAndKey } from '../certificate.ts';
import type { OptionReader } from '../option-reader.ts';
import { reasonOf, Secrets } from '../redact.ts';

/** Reads a client certificate with its key, and tries whether `node:tls` can use them. */
export function readCertificate(reader: OptionReader): CertificateAndKey {
  const certificate = {
    cert: readPem(reader, 'cert'),
    key: readPem(reader, 'key'),
    pfx: readPfx(reader),
    passphrase: reader.text('passphrase'),
    ca: readAuthorities(reader),
  };
  if (reader.problems.length === 0) checkParts(reader, certificate);
  if (reader.problems.length === 0) tryOut(reader, certificate);
  return certificate;
}

function readPem(reader: OptionReader, name: string): string | Uint8Array | undefined {
  const value = reader.value(name);
  if (value === undefined || isEncoded(value)) return value;
  reader.refuse(name, 'must be PEM, as a text or as bytes');
  return undefined;
}

function readPfx(reader: OptionReader): Uint8Array | undefined {
  const value = reader.value('pfx');
  if (value === undefined || isUint8Array(value)) return value;
  reader.refuse('pfx', 'must be the bytes of a PKCS #12 file');
  return undefined;
}

function readAuthorities(reader: OptionReader): CertificateAndKey['ca'] {
  const value = reader.value('ca');
  if (value === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  // `node:tls` would pass over what is none, and then trust nobody.
  for (const [index, item] of list.entries()) {
    if (certificateOf(item) === undefined) reader.refuseItem('ca', index, 'must be a certificate, PEM');
  }
  return list.filter(isEncoded);
}

function checkParts(reader: OptionReader, { cert, key, pfx }: CertificateAndKey): void {
  const either = 'give cert and key, or pfx alone';
  if (pfx !== undefined) {
    if (cert !== undefined || key !== undefined) reader.refuse('pfx', `stands beside cert or key; ${either}`);
    return;
  }
  if (cert === undefined) reader.refuse('cert', `is missing; ${either}`);
  if (key === undefined) reader.refuse('key', `is missing; ${either}`);
}

function tryOut(reader: OptionReader, { cert, key, pfx, passphrase }: CertificateAndKey): void {
  try {
    // Loaded by those alone who authenticate by certificate.
    const { createSecureContext } = process.getBuiltinModule('node:tls');
    createSecureContext({ cert: encoded(cert), key: encoded(key), pfx: encoded(pfx), passphrase });
  } catch (error) {
    const reason = reasonOf(new Secrets().cleanError(error)).replace(/^.*::/, '');
    const remedy = 'cert and key are PEM and belong together, pfx is PKCS #12, and passphrase opens what is encrypted';
    reader.refuse(pfx === undefined ? 'cert' : 'pfx', `is of no use to node:tls: ${reason} (${remedy})`);
  }
}

function encoded(given: string | Uint8Array | undefined): string | Buffer | undefined {
  return isUint8Array(given) ? Buffer.from(given) : given;
}

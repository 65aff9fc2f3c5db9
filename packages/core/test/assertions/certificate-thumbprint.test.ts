import { createHash, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCertificateSource, thumbprint } from '../../src/assertions/certificate-thumbprint.ts';
import { optionsOf } from '../../src/option-reader.ts';
import { problemsOf } from '../problems-of.ts';
import { type Certificates, makeCertificates } from '../servers/certificates.ts';
import { signingKey } from '../../src/assertions/signing-key.ts';
import { cryptoKeys, keys } from './keys.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const rule = 'must be a certificate, PEM or DER; or a function that gives one';

describe('the thumbprint of a certificate', () => {
  it('is the SHA-256 of its DER, whatever it comes as', () => {
    const { cert, key: pem } = certificates.client;
    const { key } = signingKey(pem);
    const { raw } = new X509Certificate(cert);
    const expected = createHash('sha256').update(raw).digest('base64url');
    for (const given of [cert, Buffer.from(cert), new Uint8Array(raw)]) expect(thumbprint(given, key)).toBe(expected);
  });

  it('is that of the first in a chain, which is the key’s own', () => {
    const { client, ca } = certificates;
    expect(thumbprint(client.cert + ca, signingKey(client.key).key)).toBe(client.thumbprint);
  });

  it('is refused with another key than its own', () => {
    expect(() => thumbprint(certificates.client.cert, keys.rsa.privateKey)).toThrow(
      new TypeError('the certificate is that of another key; give it with its key, as functions where they change'),
    );
  });

  it('is taken at its word beside a key that cannot be looked into', async () => {
    const { privateKey } = await cryptoKeys({ name: 'ECDSA', namedCurve: 'P-256' });
    expect(thumbprint(certificates.client.cert, privateKey)).toBe(certificates.client.thumbprint);
  });

  it.each([undefined, '', 'rubbish', 7, {}, new Uint8Array(3)])('is not that of %o', (given) => {
    expect(() => thumbprint(given, keys.rsa.privateKey)).toThrow(new TypeError(`the certificate ${rule}`));
  });
});

describe('an option for a certificate', () => {
  const read = (certificate: unknown) =>
    optionsOf('f({ … })', { certificate }, (reader) => readCertificateSource(reader, 'certificate'));

  it('takes PEM, DER, a function, and nothing', () => {
    const { cert } = certificates.client;
    const source = () => cert;
    for (const given of [cert, new X509Certificate(cert).raw, source, undefined]) expect(read(given)).toBe(given);
  });

  it('refuses the rest when it is given', () => {
    for (const given of ['', 'rubbish', certificates.client.key, 7, null, {}, [certificates.client.cert]]) {
      expect(problemsOf(() => read(given))).toEqual([`f({ certificate }): ${rule}`]);
    }
  });
});

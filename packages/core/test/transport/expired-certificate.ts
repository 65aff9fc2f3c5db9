import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { type CertificateWithKey, certificateThumbprint } from '../servers/certificates.ts';

/** A self-signed server certificate for 127.0.0.1 that ended an hour ago. */
export function expiredCertificate(): CertificateWithKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = '01';
  const hour = 3_600_000;
  certificate.validity.notBefore = new Date(Date.now() - 2 * hour);
  certificate.validity.notAfter = new Date(Date.now() - hour);
  const name = [{ name: 'commonName', value: 'localhost' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  const cert = forge.pki.certificateToPem(certificate);
  return { cert, key: privateKey, thumbprint: certificateThumbprint(new X509Certificate(cert)) };
}

import { createHash, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

const anHour = 3_600_000;
const makeKeys = promisify(generateKeyPair);

/**
 * Makes a certificate authority for as long as the process lives.
 *
 * @returns `cert` (PEM, to be trusted by clients) and `issue(name)`: `{ cert, key, thumbprint }`, good for 127.0.0.1 and
 *   localhost and as a client; the thumbprint is its x5t#S256 (RFC 8705 §3.1)
 */
export async function createCertificateAuthority() {
  // OpenSSL finds issuers by name: a namesake with another key leaves errors that Node takes for the connection's.
  const name = `Loopback CA ${randomBytes(8).toString('hex')}`;
  const { publicKey, signingKey } = await newKeys();
  const extensions = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ];
  const cert = sign({ subject: name, issuer: name, publicKey, signingKey, extensions });
  return {
    cert,
    issue: async (commonName) => {
      const keys = await newKeys();
      const [subject, issuer] = [commonName, name];
      const issued = sign({ subject, issuer, publicKey: keys.publicKey, signingKey, extensions: forLoopback });
      return { cert: issued, key: keys.pem, thumbprint: thumbprintOf(new X509Certificate(issued).raw) };
    },
  };
}

/** The x5t#S256 of a certificate's DER bytes. */
export function thumbprintOf(der) {
  return createHash('sha256').update(der).digest('base64url');
}

const forLoopback = [
  { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
  {
    name: 'subjectAltName',
    altNames: [
      { type: 2, value: 'localhost' },
      { type: 7, ip: '127.0.0.1' },
    ],
  },
];

/** By Node's own crypto: forge takes seconds for an RSA key. */
async function newKeys() {
  const { privateKey: pem, publicKey } = await makeKeys('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { pem, signingKey: forge.pki.privateKeyFromPem(pem), publicKey: forge.pki.publicKeyFromPem(publicKey) };
}

function sign({ subject, issuer, publicKey, signingKey, extensions }) {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // Positive, and not the same twice for one issuer.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - anHour);
  certificate.validity.notAfter = new Date(Date.now() + 24 * anHour);
  certificate.setSubject([{ name: 'commonName', value: subject }]);
  certificate.setIssuer([{ name: 'commonName', value: issuer }]);
  certificate.setExtensions(extensions);
  certificate.sign(signingKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

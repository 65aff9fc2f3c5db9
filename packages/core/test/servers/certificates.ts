import { generateKeyPair, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** A certificate and its private key. */
export interface CertificateWithKey {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
  /** The thumbprint as in `cnf` (RFC 8705 §3.1): SHA-256 of the DER, base64url. */
  readonly thumbprint: string;
}

/** What mutual TLS on loopback needs, made at run time. */
export interface Certificates {
  /** The CA's certificate, PEM: trust it to reach the servers. */
  readonly ca: string;
  /** For `127.0.0.1` and `localhost`, signed by the CA. */
  readonly server: CertificateWithKey;
  /** The client's, signed by the CA, with the DNS name `clientName`. */
  readonly client: CertificateWithKey & { readonly pfx: Buffer; readonly passphrase: string };
  /** A client's that no CA signed. */
  readonly selfSigned: CertificateWithKey;
  /** Another client's, signed by the same CA: good for TLS, and nobody's here. */
  readonly stranger: CertificateWithKey;
}

/** The DNS name in the client's certificate, by which `tls_client_auth` knows it. */
export const clientName = 'orders.client.example';

const makeKey = promisify(generateKeyPair);
let made: Promise<Certificates> | undefined;

/** Makes them once for all tests of the process: five RSA keys take a while. */
export function makeCertificates(): Promise<Certificates> {
  return (made ??= make());
}

async function make(): Promise<Certificates> {
  const [ca, server, client, selfSigned, stranger] = await Promise.all([
    newKey(),
    newKey(),
    newKey(),
    newKey(),
    newKey(),
  ]);
  const authority = { name: 'Test CA', key: ca };
  const clientCertificate = sign(client, { name: clientName }, authority);
  const passphrase = 'the passphrase of the PFX';
  const asn1 = forge.pkcs12.toPkcs12Asn1(client.forgeKey, clientCertificate.forgeCertificate, passphrase, {
    algorithm: 'aes256',
  });
  return {
    ca: sign(ca, { name: authority.name, isAuthority: true }, authority).cert,
    server: plain(sign(server, { name: 'localhost', ip: '127.0.0.1' }, authority)),
    client: { ...plain(clientCertificate), pfx: Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1'), passphrase },
    selfSigned: plain(sign(selfSigned, { name: clientName }, { name: clientName, key: selfSigned })),
    stranger: plain(sign(stranger, { name: 'stranger.client.example' }, authority)),
  };
}

interface Key {
  readonly pem: string;
  readonly forgeKey: forge.pki.rsa.PrivateKey;
  readonly forgePublicKey: forge.pki.rsa.PublicKey;
}

async function newKey(): Promise<Key> {
  // By Node's own crypto: forge takes seconds for an RSA key.
  const { privateKey, publicKey } = await makeKey('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    pem: privateKey,
    forgeKey: forge.pki.privateKeyFromPem(privateKey),
    forgePublicKey: forge.pki.publicKeyFromPem(publicKey),
  };
}

interface Subject {
  readonly name: string;
  readonly ip?: string;
  readonly isAuthority?: boolean;
}

type Signed = CertificateWithKey & { readonly forgeCertificate: forge.pki.Certificate };

let serialNumber = 0;

function sign(key: Key, subject: Subject, issuer: { readonly name: string; readonly key: Key }): Signed {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = key.forgePublicKey;
  certificate.serialNumber = (++serialNumber).toString(16).padStart(4, '0');
  const hour = 3_600_000;
  certificate.validity.notBefore = new Date(Date.now() - hour);
  certificate.validity.notAfter = new Date(Date.now() + 24 * hour);
  certificate.setSubject([{ name: 'commonName', value: subject.name }]);
  certificate.setIssuer([{ name: 'commonName', value: issuer.name }]);
  const ips = subject.ip === undefined ? [] : [{ type: 7, ip: subject.ip }];
  certificate.setExtensions(
    subject.isAuthority === true
      ? [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true },
        ]
      : [{ name: 'subjectAltName', altNames: [{ type: 2, value: subject.name }, ...ips] }],
  );
  certificate.sign(issuer.key.forgeKey, forge.md.sha256.create());
  const cert = forge.pki.certificateToPem(certificate);
  const thumbprint = certificateThumbprint(new X509Certificate(cert));
  return { cert, key: key.pem, thumbprint, forgeCertificate: certificate };
}

function plain({ cert, key, thumbprint }: Signed): CertificateWithKey {
  return { cert, key, thumbprint };
}

/** The thumbprint as in `cnf` (RFC 8705 §3.1). */
export function certificateThumbprint(certificate: X509Certificate): string {
  return Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}

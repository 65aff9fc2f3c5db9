import { type CertificateAndKey, createOutboundAuth, type OutboundAuth, tlsClientAuth } from '@outbound-auth/core';
import { type AuthorizationServer, startAuthorizationServer } from '@outbound-auth/testing';
import forge from 'node-forge';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';

/** A certificate that trusts itself, for `127.0.0.1`, and its key: PEM. */
export interface SelfSigned {
  readonly cert: string;
  readonly key: string;
}

function selfSigned(name: string): SelfSigned {
  // By Node's own crypto: forge takes seconds for a key.
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = '01';
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000);
  for (const set of ['setSubject', 'setIssuer'] as const) certificate[set]([{ name: 'commonName', value: name }]);
  certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }]);
  certificate.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key };
}

/** Made once: each takes a moment. */
export const server: SelfSigned = selfSigned('the API');
export const client: SelfSigned = selfSigned('orders');
export const other: SelfSigned = selfSigned('other');

/** What an API has seen of a request. */
export interface Seen {
  readonly path: string;
  /** The common name in the certificate that the connection showed. */
  readonly shown: string | undefined;
  readonly authorization: string | undefined;
  readonly port: number | undefined;
}

export interface TlsApi {
  readonly origin: string;
  readonly seen: Seen[];
}

/** An API over TLS that asks for a certificate, and takes calls without one too. `/v2/old?URL` is a redirect, `/v2/reset` breaks off. */
export async function startTlsApi(): Promise<TlsApi> {
  const seen: Seen[] = [];
  const tls = createServer({ ...server, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const { url: path = '', headers, socket } = request;
    // A connection that goes on with an earlier session's keys doesn't tell the certificate again, but by this.
    const subject = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.subject : undefined;
    seen.push({
      path,
      shown: subject?.replace('CN=', ''),
      authorization: headers.authorization,
      port: socket.remotePort,
    });
    const [, location] = path.split('?');
    if (path === '/v2/reset') socket.destroy();
    else if (location === undefined) response.end('done');
    else response.writeHead(307, { location: decodeURIComponent(location) }).end();
  });
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    tls.close();
    tls.closeAllConnections();
  });
  const address = tls.address();
  if (typeof address !== 'object' || address === null) throw new Error('the API has no port');
  return { origin: `https://127.0.0.1:${address.port}`, seen };
}

/** A client whose tokens are bound to its certificate. */
export async function startBilling(
  api: TlsApi,
  certificate: () => CertificateAndKey,
): Promise<{ readonly auth: OutboundAuth<'billing'>; readonly tokens: AuthorizationServer }> {
  const tokens = await startAuthorizationServer();
  const auth = createOutboundAuth({
    clients: {
      billing: {
        tokenEndpoint: tokens.tokenEndpoint,
        clientId: 'orders',
        clientAuthentication: tlsClientAuth(certificate),
        attachTo: [`${api.origin}/v2`],
      },
    },
  });
  onTestFinished(async () => {
    await tokens.close();
    await auth.close();
  });
  return { auth, tokens };
}

import { listen } from './http/listen.mjs';
import { createCertificateAuthority, thumbprintOf } from './tokens/certificates.mjs';

/**
 * A token endpoint's and an API's HTTPS listeners, which ask for a client certificate.
 *
 * @returns `server`, `api`, and `ca` (PEM): what clients must trust
 */
export async function listenWithTls() {
  const authority = await createCertificateAuthority();
  const { cert, key } = await authority.issue('127.0.0.1');
  // RFC 8705 §2.2: who made the client's certificate doesn't matter, for its thumbprint is registered.
  const options = { cert, key, requestCert: true, rejectUnauthorized: false };
  return { server: await listen(options), api: await listen(options), ca: authority.cert };
}

/** The x5t#S256 of the certificate that the connection's client proved to hold; undefined without one. */
export function certificateOf({ socket }) {
  const { raw } = socket.getPeerCertificate?.() ?? {};
  return raw && thumbprintOf(raw);
}

import { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { KoaContextWithOIDC } from 'oidc-provider';

/** What the connection itself tells of the client's certificate; no proxy, and so no header, is believed. */
export const mutualTls = {
  enabled: true,
  certificateBoundAccessTokens: true,
  selfSignedTlsClientAuth: true,
  tlsClientAuth: true,
  getCertificate: (ctx: KoaContextWithOIDC) => peerCertificate(ctx.req.socket),
  certificateAuthorized: (ctx: KoaContextWithOIDC) => ctx.req.socket instanceof TLSSocket && ctx.req.socket.authorized,
  certificateSubjectMatches: (ctx: KoaContextWithOIDC, property: string, expected: string) =>
    property === 'tls_client_auth_san_dns' &&
    peerCertificate(ctx.req.socket)?.checkHost(expected, { subject: 'never', wildcards: false }) === expected,
} as const;

/** The certificate that the peer has shown, whoever signed it. */
export function peerCertificate(socket: object): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
}

import { reasonOf, systemCode } from '../redact.ts';
import { proxyFailureOf } from './proxy-failure.ts';

/** Why a server can't be reached, and what to do about it. */
export interface Unreachable {
  readonly reason: string;
  /** Where the reason tells what to do: that, without the full stop at the end. */
  readonly remedy: string | undefined;
}

const unknownAuthority =
  'Its certificate is of an authority that Node.js does not trust: give that as ca of tlsClientAuth, or by the environment variable NODE_EXTRA_CA_CERTS';

const remedies: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', unknownAuthority],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownAuthority],
  ['CERT_HAS_EXPIRED', 'Its certificate has expired: have it renewed there, and check the clock here'],
  ['CERT_NOT_YET_VALID', 'Its certificate is not valid yet: check the clocks on both sides'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'Its certificate is for another host: use the host name that it was issued for'],
]);

/** What a failed connection means to whoever has to mend it. The error must be clean of secrets. */
export function unreachable(error: Error | undefined): Unreachable {
  const code = systemCode(error);
  const remedy = code === undefined ? undefined : (remedies.get(code) ?? refusedCertificate(code));
  const overProxy = proxyFailureOf(error)?.message;
  if (overProxy === undefined) return { reason: code ?? reasonOf(error), remedy };
  const reason = code === undefined || overProxy.includes(code) ? overProxy : `${overProxy}, ${code}`;
  return { reason, remedy: remedy ?? remedyAtProxy(overProxy) };
}

function remedyAtProxy(reason: string): string {
  return /answered 407|\(407\)/.test(reason)
    ? 'The proxy wants a user and a password that it knows: http://user:password@… in proxy, percent-encoded'
    : 'Check proxy, that it runs, and that it lets connections to this server through';
}

/** The server has ended the handshake with an alert about the client's certificate (RFC 8446 §6.2). */
function refusedCertificate(code: string): string | undefined {
  if (!/^ERR_SSL_.*_ALERT_.*(?:CERTIFICATE|UNKNOWN_CA)/.test(code)) return undefined;
  return 'It does not take the certificate that the client shows: check clientAuthentication (tlsClientAuth)';
}

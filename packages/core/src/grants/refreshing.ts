import { isOutboundAuthError } from '../errors.ts';
import { systemCode } from '../redact.ts';
import type { GrantedToken, TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { TokenRequest } from '../tokens/token-source.ts';

/** One token request by a refresh token. @see https://www.rfc-editor.org/rfc/rfc6749#section-6 */
export function requestByRefreshToken(
  endpoint: TokenEndpoint,
  request: TokenRequest,
  source: () => string | Promise<string>,
): Promise<GrantedToken> {
  return endpoint.request('refresh_token', request, {
    fill: async ({ body, secret }) => {
      body.set('refresh_token', await secret(source));
    },
  });
}

// No connection came about, or none that the request was trusted to.
const neverSent =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|CERT_.+|DEPTH_ZERO_.+|SELF_SIGNED_.+|UNABLE_TO_.+|ERR_TLS_CERT_.+)$/;

// About the client, the call's own parameters or the moment: the refresh token itself was not judged.
const aboutSomethingElse = new Set([
  'invalid_client',
  'invalid_dpop_proof',
  'invalid_scope',
  'invalid_target',
  'slow_down',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_grant_type',
  'use_dpop_nonce',
]);

/** What became of a refresh token whose request failed: `unused`, `refused`, or nobody knows. */
export function outcomeOf(error: unknown): 'unused' | 'refused' | 'unknown' {
  if (!isOutboundAuthError(error)) return 'unknown';
  const { code, server } = error;
  if (code === 'credential_unavailable' || code === 'discovery_failed') return 'unused';
  if (code === 'token_endpoint_unreachable' && neverSent.test(systemCode(error) ?? '')) return 'unused';
  if (server === undefined) return 'unknown';
  const { status, error: said } = server;
  if (aboutSomethingElse.has(said ?? '') || (status === 401 && said === undefined)) return 'unused';
  // Somebody else answers there, or nobody is let in just now.
  if ((status >= 300 && status < 400) || [404, 405, 429, 503].includes(status)) return 'unused';
  return code === 'token_request_refused' ? 'refused' : 'unknown';
}

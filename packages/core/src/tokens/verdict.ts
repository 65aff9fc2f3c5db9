import { isOutboundAuthError, type OutboundAuthError } from '../errors.ts';
import { systemCode } from '../redact.ts';
import { isClientRefused } from '../token-endpoint/cures.ts';

/**
 * What a failed token request tells about the next one:
 * - `failing`: the endpoint has trouble, so it may succeed in a moment.
 * - `client_refused`, `refused`: the server will say the same again, of all the client asks for or of this.
 * - `unusable`: somebody answers, but not as an authorization server does.
 * - `not_asked`: the server has nothing to do with it.
 */
export type Verdict = 'failing' | 'client_refused' | 'refused' | 'unusable' | 'not_asked';

// A certificate that isn't trusted now won't be in a second.
const distrusted = /^(?:CERT_|DEPTH_ZERO_|ERR_TLS_CERT_|SELF_SIGNED_|UNABLE_TO_)/;

export function verdictOf(error: unknown): Verdict {
  if (!isOutboundAuthError(error)) return 'not_asked';
  switch (error.code) {
    case 'token_request_timeout':
      return 'failing';
    case 'token_endpoint_unreachable':
    case 'token_endpoint_failed':
    case 'discovery_failed':
      return ofAnswer(error);
    case 'invalid_token_response':
      return 'unusable';
    case 'subject_token_refused':
    case 'token_request_refused':
      return ofRefusal(error);
    default:
      return 'not_asked';
  }
}

function ofAnswer(error: OutboundAuthError): Verdict {
  const status = error.server?.status;
  if (status === undefined) return distrusted.test(systemCode(error) ?? '') ? 'unusable' : 'failing';
  return status >= 500 || status === 408 || status === 429 ? 'failing' : 'unusable';
}

function ofRefusal({ server }: OutboundAuthError): Verdict {
  // The subject token's own end is known without asking.
  if (server === undefined) return 'not_asked';
  return isClientRefused(server) || server.error === 'unauthorized_client' ? 'client_refused' : 'refused';
}

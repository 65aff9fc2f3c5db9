import type { ErrorCode, ServerAnswer } from '../../src/error-details.ts';
import { type OutboundAuthError, TokenRequestError, TokenResponseError } from '../../src/errors.ts';

/** What a token endpoint answers, as an error. */
export function answerOf(server: ServerAnswer, retryAfter?: number): OutboundAuthError {
  const { status } = server;
  const trouble = status >= 500 || status === 408 || status === 429 || status < 400;
  const code: ErrorCode = trouble ? 'token_endpoint_failed' : 'token_request_refused';
  return new TokenResponseError(`answered ${status}`, { code, client: 'billing', server, retryAfter });
}

export const failing = () => answerOf({ status: 503 });
export const throttled = (retryAfter?: number) => answerOf({ status: 429 }, retryAfter);
export const refused = () => answerOf({ status: 400, error: 'invalid_scope' });
export const clientRefused = () => answerOf({ status: 401, error: 'invalid_client' });

/** An error of one code, that no answer led to. */
export function errorOf(code: ErrorCode, cause?: Error): OutboundAuthError {
  return new TokenRequestError(code, { code, client: 'billing', cause });
}

/** What went wrong, as a word to decide by. The list is closed. */
export type ErrorCode =
  | 'ambiguous_client'
  | 'closed'
  | 'credential_unavailable'
  | 'discovery_failed'
  | 'invalid_call'
  | 'invalid_options'
  | 'invalid_token_response'
  | 'outside_attach_to'
  | 'revocation_failed'
  | 'session_unavailable'
  | 'store_unavailable'
  | 'subject_token_missing'
  | 'subject_token_refused'
  | 'token_endpoint_failed'
  | 'token_endpoint_unreachable'
  | 'token_request_refused'
  | 'token_request_timeout'
  | 'too_many_requests'
  | 'unknown_client'
  | 'unmatched_address';

/** What the authorization server said, with every secret of the request taken out. */
export interface ServerAnswer {
  /** The HTTP status of its answer. */
  readonly status: number;
  /** The OAuth error code, such as `invalid_client`. */
  readonly error?: string;
  /** Its own words, cut at 500 characters. */
  readonly errorDescription?: string;
}

/** What an error carries beside its message. */
export interface ErrorDetails {
  readonly code: ErrorCode;
  /** The name of the client concerned. */
  readonly client?: string | undefined;
  /** What the authorization server answered, where that caused the error. */
  readonly server?: ServerAnswer | undefined;
  /** In how many seconds it may be worth asking again. */
  readonly retryAfter?: number | undefined;
  /** The error behind it, without its secrets. */
  readonly cause?: unknown;
}

// A web framework answers with this status when the error reaches it: the fault is upstream (502, 503, 504), in the
// service's own code (500), or in the token that the service's client was to send for a user (401).
const httpStatus: Partial<Record<ErrorCode, number>> = {
  ambiguous_client: 500,
  closed: 503,
  invalid_call: 500,
  invalid_options: 500,
  outside_attach_to: 500,
  session_unavailable: 503,
  store_unavailable: 503,
  subject_token_missing: 401,
  subject_token_refused: 401,
  token_request_timeout: 504,
  too_many_requests: 503,
  unknown_client: 500,
  unmatched_address: 500,
};

/** The HTTP status for a framework to answer with. */
export function statusOf({ code, retryAfter }: ErrorDetails): number {
  const status = httpStatus[code] ?? 502;
  // Who is told when to come again is told that it is a matter of time.
  return status > 500 && retryAfter !== undefined ? 503 : status;
}

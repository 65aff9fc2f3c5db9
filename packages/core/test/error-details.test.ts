import { describe, expect, it } from 'vitest';
import { type ErrorCode, statusOf } from '../src/error-details.ts';
import { OutboundAuthError } from '../src/errors.ts';

const codes = (status: number, retryAfter?: number): ErrorCode[] => {
  const all = {
    ambiguous_client: 0,
    closed: 0,
    credential_unavailable: 0,
    discovery_failed: 0,
    invalid_call: 0,
    invalid_options: 0,
    invalid_token_response: 0,
    outside_attach_to: 0,
    revocation_failed: 0,
    session_unavailable: 0,
    store_unavailable: 0,
    subject_token_missing: 0,
    subject_token_refused: 0,
    token_endpoint_failed: 0,
    token_endpoint_unreachable: 0,
    token_request_refused: 0,
    token_request_timeout: 0,
    too_many_requests: 0,
    unknown_client: 0,
    unmatched_address: 0,
  } satisfies Record<ErrorCode, 0>;
  const isCode = (code: string): code is ErrorCode => code in all;
  return Object.keys(all).filter(
    (code): code is ErrorCode => isCode(code) && statusOf({ code, retryAfter }) === status,
  );
};

describe('the status of an error', () => {
  it('says whose fault it is', () => {
    expect(codes(401)).toEqual(['subject_token_missing', 'subject_token_refused']);
    expect(codes(500)).toEqual([
      'ambiguous_client',
      'invalid_call',
      'invalid_options',
      'outside_attach_to',
      'unknown_client',
      'unmatched_address',
    ]);
    expect(codes(503)).toEqual(['closed', 'session_unavailable', 'store_unavailable', 'too_many_requests']);
    expect(codes(504)).toEqual(['token_request_timeout']);
    expect(codes(502)).toEqual([
      'credential_unavailable',
      'discovery_failed',
      'invalid_token_response',
      'revocation_failed',
      'token_endpoint_failed',
      'token_endpoint_unreachable',
      'token_request_refused',
    ]);
  });

  it('is 503 for all that time may mend, and says when; a user’s token, and our own mistakes, it doesn’t', () => {
    expect(codes(502, 1)).toEqual([]);
    expect(codes(504, 1)).toEqual([]);
    expect(codes(401, 1)).toEqual(codes(401));
    expect(codes(500, 1)).toEqual(codes(500));
  });
});

describe('the headers of an error', () => {
  const headersOf = (retryAfter?: number) => new OutboundAuthError('no', { code: 'closed', retryAfter }).headers;

  it('tell in whole seconds when to come again, and never too early', () => {
    expect([0.001, 1, 4.2].map((seconds) => headersOf(seconds)['retry-after'])).toEqual(['1', '1', '5']);
  });

  it('are none where nobody knows', () => {
    expect(headersOf()).toEqual({});
  });
});

import { describe, expect, it } from 'vitest';
import type { ErrorCode, ServerAnswer } from '../../src/error-details.ts';
import { TokenRequestError } from '../../src/errors.ts';
import { outcomeOf } from '../../src/grants/refreshing.ts';

const answered = (code: ErrorCode, server: ServerAnswer) =>
  outcomeOf(new TokenRequestError('failed', { code, server }));
const broken = (systemCode: string) => {
  const cause = new Error('fetch failed', { cause: Object.assign(new Error('why'), { code: systemCode }) });
  return outcomeOf(new TokenRequestError('failed', { code: 'token_endpoint_unreachable', cause }));
};

describe('what became of a refresh token whose request failed', () => {
  it.each(['invalid_grant', 'invalid_request', 'bad_refresh_token', 'token_expired'])('refused, for %s', (error) => {
    expect(answered('token_request_refused', { status: 400, error })).toBe('refused');
    expect(answered('token_request_refused', { status: 200, error })).toBe('refused');
  });

  it('refused, for a 400 or 403 without a word', () => {
    expect(answered('token_request_refused', { status: 400 })).toBe('refused');
    expect(answered('token_request_refused', { status: 403 })).toBe('refused');
  });

  it.each([
    'invalid_client',
    'invalid_dpop_proof',
    'invalid_scope',
    'invalid_target',
    'slow_down',
    'temporarily_unavailable',
    'unauthorized_client',
    'unsupported_grant_type',
    'use_dpop_nonce',
  ])('unused, for %s is about something else', (error) => {
    expect(answered('token_request_refused', { status: 400, error })).toBe('unused');
    expect(answered('token_endpoint_failed', { status: 500, error })).toBe('unused');
  });

  it.each([301, 302, 307, 308, 404, 405, 429, 503])('unused, for a bare %i', (status) => {
    expect(
      answered(status < 500 && status >= 400 ? 'token_request_refused' : 'token_endpoint_failed', { status }),
    ).toBe('unused');
  });

  it('unused, for a 401 that does not say what it is about; refused for one that says it', () => {
    expect(answered('token_request_refused', { status: 401 })).toBe('unused');
    expect(answered('token_request_refused', { status: 401, error: 'invalid_grant' })).toBe('refused');
  });

  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('unused, for %s comes before anything is sent', (code) => {
    expect(broken(code)).toBe('unused');
  });

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'NOT_ECONNREFUSED'])(
    'unknown, for %s',
    (code) => {
      expect(broken(code)).toBe('unknown');
    },
  );

  it('unknown, for a failure on the server’s side, a late answer, one that is no token response, and any other error', () => {
    expect(answered('token_endpoint_failed', { status: 500 })).toBe('unknown');
    expect(answered('token_endpoint_failed', { status: 408 })).toBe('unknown');
    expect(answered('invalid_token_response', { status: 200 })).toBe('unknown');
    expect(outcomeOf(new TokenRequestError('late', { code: 'token_request_timeout' }))).toBe('unknown');
    expect(outcomeOf(new Error('of who knows what'))).toBe('unknown');
    expect(outcomeOf(undefined)).toBe('unknown');
  });

  it('unused, when there was nothing to send it by, or nowhere to send it to', () => {
    expect(outcomeOf(new TokenRequestError('no', { code: 'credential_unavailable' }))).toBe('unused');
    expect(outcomeOf(new TokenRequestError('no', { code: 'discovery_failed', server: { status: 500 } }))).toBe(
      'unused',
    );
  });
});

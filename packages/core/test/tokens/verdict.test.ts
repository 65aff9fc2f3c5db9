import { describe, expect, it } from 'vitest';
import { TokenResponseError } from '../../src/errors.ts';
import { verdictOf } from '../../src/tokens/verdict.ts';
import { answerOf, errorOf } from './failures.ts';

const systemError = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

describe('row "attempts"', () => {
  it.each([408, 429, 500, 502, 503, 504, 599])('an answer of %i may be another in a moment', (status) => {
    expect(verdictOf(answerOf({ status }))).toBe('failing');
  });

  it.each(['token_endpoint_unreachable', 'token_request_timeout', 'discovery_failed'] as const)('so may %s', (code) => {
    expect(verdictOf(errorOf(code))).toBe('failing');
    expect(verdictOf(errorOf(code, systemError('ECONNREFUSED')))).toBe('failing');
  });

  it.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UNABLE_TO_GET_ISSUER_CERT',
  ])('a certificate that is not trusted (%s) will not be in a moment', (code) => {
    expect(verdictOf(errorOf('token_endpoint_unreachable', systemError(code)))).toBe('unusable');
    expect(verdictOf(errorOf('discovery_failed', systemError(code)))).toBe('unusable');
  });

  it.each([200, 301, 307, 404])('nor will metadata that come with %i and are no good', (status) => {
    const error = new TokenResponseError('no', { code: 'discovery_failed', server: { status } });
    expect(verdictOf(error)).toBe('unusable');
  });

  it.each([408, 429, 500])('but an issuer that answers %i may be', (status) => {
    const error = new TokenResponseError('no', { code: 'discovery_failed', server: { status } });
    expect(verdictOf(error)).toBe('failing');
  });

  it('a redirect, and what is no token response, stay what they are', () => {
    expect(verdictOf(answerOf({ status: 307 }))).toBe('unusable');
    expect(verdictOf(errorOf('invalid_token_response'))).toBe('unusable');
  });
});

describe('row "refused"', () => {
  it.each([
    { status: 401, error: 'invalid_client' },
    { status: 400, error: 'invalid_client' },
    { status: 400, error: 'unauthorized_client' },
    { status: 401 },
  ])('$status $error is about the client', (server) => {
    expect(verdictOf(answerOf(server))).toBe('client_refused');
  });

  it.each([
    { status: 400, error: 'invalid_grant' },
    { status: 400, error: 'invalid_scope' },
    { status: 401, error: 'invalid_token' },
    { status: 400 },
    { status: 403 },
    { status: 404 },
    { status: 422, error: 'anything' },
  ])('$status $error is about what was asked for', (server) => {
    expect(verdictOf(answerOf(server))).toBe('refused');
  });

  it('a user’s token that the server refuses is about that user, whatever the status', () => {
    const error = new TokenResponseError('no', { code: 'subject_token_refused', server: { status: 400 } });
    expect(verdictOf(error)).toBe('refused');
  });
});

it.each([
  'closed',
  'credential_unavailable',
  'invalid_call',
  'session_unavailable',
  'store_unavailable',
  'subject_token_missing',
  'too_many_requests',
] as const)('E50 %s says nothing about the server', (code) => {
  expect(verdictOf(errorOf(code))).toBe('not_asked');
});

it('E50 nor does a user’s token whose own end is known, nor an error that is none of ours', () => {
  expect(verdictOf(errorOf('subject_token_refused'))).toBe('not_asked');
  expect(verdictOf(new Error('503'))).toBe('not_asked');
  expect(verdictOf(undefined)).toBe('not_asked');
});

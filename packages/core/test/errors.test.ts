import { exposedSecrets } from '@outbound-auth/testing';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import type { ErrorCode, ErrorDetails } from '../src/error-details.ts';
import {
  isOutboundAuthError,
  OptionsError,
  OutboundAuthError,
  TokenRequestError,
  TokenResponseError,
} from '../src/errors.ts';

const statuses: Readonly<Record<ErrorCode, number>> = {
  ambiguous_client: 500,
  closed: 503,
  credential_unavailable: 502,
  discovery_failed: 502,
  invalid_call: 500,
  invalid_options: 500,
  invalid_token_response: 502,
  outside_attach_to: 500,
  revocation_failed: 502,
  session_unavailable: 503,
  store_unavailable: 503,
  subject_token_missing: 401,
  subject_token_refused: 401,
  token_endpoint_failed: 502,
  token_endpoint_unreachable: 502,
  token_request_refused: 502,
  token_request_timeout: 504,
  too_many_requests: 503,
  unknown_client: 500,
  unmatched_address: 500,
};

const server = { status: 401, error: 'invalid_client', errorDescription: 'wrong secret' };
const details: ErrorDetails = { code: 'token_request_refused', client: 'billing', server, cause: new Error('told') };

describe.each([
  ['OutboundAuthError', OutboundAuthError, new OutboundAuthError('no', details)],
  ['TokenRequestError', TokenRequestError, new TokenRequestError('no', details)],
  ['TokenResponseError', TokenResponseError, new TokenResponseError('no', details)],
  ['OptionsError', OptionsError, new OptionsError([{ path: 'clients', message: 'is missing' }])],
])('%s', (name, type, error) => {
  it('says what it is', () => {
    expect(String(error)).toBe(`${name}: ${error.message}`);
    expect(error.stack).toContain(`${name}: ${error.message}`);
    expect(inspect(error)).toContain(name);
    expect(error).toBeInstanceOf(OutboundAuthError);
    expect(error).toBeInstanceOf(Error);
    expect(isOutboundAuthError(error)).toBe(true);
  });

  it('has a copy with everything in it, which can be changed alone', () => {
    const copy = error.copy();
    expect(copy).not.toBe(error);
    expect(copy).toBeInstanceOf(type);
    expect(Object.getPrototypeOf(copy)).toBe(type.prototype);
    const names = new Set([...Object.getOwnPropertyNames(error), 'message', 'name', 'cause']);
    names.delete('stack');
    for (const property of names) expect(Reflect.get(copy, property)).toBe(Reflect.get(error, property));
    expect(Object.getOwnPropertyNames(copy)).toEqual(Object.getOwnPropertyNames(error));
    Object.assign(copy, { status: 418 });
    expect(error.status).not.toBe(418);
  });

  it('can be renamed, as some frameworks do', () => {
    const renamed = error.copy();
    renamed.name = 'UpstreamError';
    expect(String(renamed)).toBe(`UpstreamError: ${error.message}`);
    expect(error.name).toBe(name);
  });

  it('lists no more of itself than it tells', () => {
    const told = ['code', 'status', 'expose', 'client', 'server', 'problems'];
    expect(told).toEqual(expect.arrayContaining(Object.keys(error)));
  });
});

describe('an error', () => {
  it('keeps its cause, and its copy the very same', () => {
    const error = new TokenRequestError('no', details);
    expect([error.cause, error.copy().cause]).toEqual([details.cause, details.cause]);
    expect(error.copy().cause).toBe(details.cause);
  });

  it.each(Object.entries(statuses))('with the code %s is answered by a framework with %d', (code, status) => {
    const error = new OutboundAuthError('no', { code: code as ErrorCode });
    expect([error.status, error.expose]).toEqual([status, false]);
  });

  it('leaves out what is not known', () => {
    const error = new OutboundAuthError('no', {
      code: 'closed',
      client: undefined,
      server: undefined,
      cause: undefined,
    });
    expect(Object.getOwnPropertyNames(error).sort()).toEqual(['code', 'expose', 'message', 'stack', 'status']);
  });

  it('is a token request’s when it is about a response', () => {
    expect(new TokenResponseError('no', details)).toBeInstanceOf(TokenRequestError);
    expect(new TokenRequestError('no', details)).not.toBeInstanceOf(TokenResponseError);
  });

  it('survives what a log does to it', () => {
    const error = new TokenRequestError('no', details);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'token_request_refused',
      status: 502,
      expose: false,
      client: 'billing',
      server,
    });
    expect(structuredClone(error)).toMatchObject({ message: 'no' });
    expect(exposedSecrets(error, ['a-secret'])).toEqual([]);
  });
});

describe('wrong options', () => {
  it('are listed line by line', () => {
    const problems = [
      { path: 'clients.billing.clientId', message: 'is missing' },
      { path: 'unmatched', message: 'must be a text' },
    ];
    const error = new OptionsError(problems);
    expect(error.message).toBe('wrong options:\n  clients.billing.clientId: is missing\n  unmatched: must be a text');
    expect(error).toMatchObject({ code: 'invalid_options', problems });
  });
});

describe('isOutboundAuthError', () => {
  it('E55 goes by a name that no version may change', () => {
    expect(isOutboundAuthError({ [Symbol.for('@outbound-auth/core/error/v1')]: true })).toBe(true);
  });

  it('E55 knows the errors of another copy of this package', async () => {
    vi.resetModules();
    const other: typeof import('../src/errors.ts') = await import('../src/errors.ts');
    expect(other.OutboundAuthError).not.toBe(OutboundAuthError);
    const foreign = new other.TokenRequestError('no', details);
    expect(foreign).not.toBeInstanceOf(OutboundAuthError);
    expect(isOutboundAuthError(foreign)).toBe(true);
    expect(other.isOutboundAuthError(new OptionsError([]))).toBe(true);
  });

  it.each([
    undefined,
    null,
    'closed',
    7,
    {},
    () => undefined,
    new Error('no'),
    { name: 'OutboundAuthError', code: 'closed' },
  ])('is not taken in by %o', (value) => {
    expect(isOutboundAuthError(value)).toBe(false);
  });
});

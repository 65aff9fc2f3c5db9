import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutboundAuthError, TokenRequestError, TokenResponseError } from '../../src/errors.ts';
import { parseJsonObject } from '../../src/json-object.ts';
import { readFailure, type SharedFailure, writeFailure } from '../../src/stores/stored-failure.ts';
import { anyText } from '../any-text.ts';

const key = 'failure:k';

const refused = new TokenResponseError('client ‘billing’: refused', {
  code: 'token_request_refused',
  client: 'billing',
  server: { status: 401, error: 'invalid_client', errorDescription: 'no such client' },
});

const failureWith = (changes: Partial<SharedFailure> = {}): SharedFailure => ({
  error: refused,
  times: 2,
  credential: 'a digest',
  length: 5_000,
  ...changes,
});

/** The members of a good entry, these in the place of its own. */
function entryWith(changes: Readonly<Record<string, unknown>>): string {
  const good = parseJsonObject(writeFailure(key, failureWith())) ?? [];
  return JSON.stringify({ ...Object.fromEntries(good), ...changes });
}

describe('a failure in the store', () => {
  it('is read as it was written, the server’s words too', () => {
    const read = readFailure(writeFailure(key, failureWith()), key);
    expect(read).toEqual(failureWith());
    expect(read?.error).toBeInstanceOf(TokenResponseError);
    expect(read?.error).toMatchObject({ code: refused.code, client: 'billing', server: refused.server, status: 502 });
  });

  it('is one of a request where the server has said nothing', () => {
    const error = new TokenRequestError('no answer', { code: 'token_request_timeout', client: 'billing' });
    const read = readFailure(writeFailure(key, failureWith({ error, credential: undefined })), key);
    expect(read).toEqual(failureWith({ error, credential: undefined }));
    expect(read?.error).not.toBeInstanceOf(TokenResponseError);
    expect(read?.error).toMatchObject({ message: 'no answer', status: 504 });
  });

  it('E25 holds nothing of what caused it', () => {
    const cause = new Error('the-secret');
    const error = new OutboundAuthError('refused', { code: 'token_request_refused', client: 'billing', cause });
    expect(writeFailure(key, failureWith({ error }))).not.toContain('the-secret');
  });
});

describe('E31 what is no failure of ours', () => {
  it('is as if absent: another format or key, members missing or of another type', () => {
    const changes: readonly Readonly<Record<string, unknown>>[] = [
      { format: 2 },
      { format: undefined },
      { key: 'failure:another' },
      { code: 'invalid_options' },
      { code: 'toString' },
      { code: undefined },
      { message: 1 },
      { client: null },
      { times: 0 },
      { times: '2' },
      { times: null },
      { length: -1 },
      { length: 1_000_000 },
      { length: 1e300 },
      { length: undefined },
      { credential: 1 },
      { credential: null },
    ];
    expect(readFailure(entryWith({}), key)).toBeDefined();
    for (const change of changes) expect([change, readFailure(entryWith(change), key)]).toEqual([change, undefined]);
  });

  it('is a failure without the server’s words where those can’t be read', () => {
    for (const server of [null, 'refused', [], {}, { status: '401' }, { status: null }]) {
      expect(readFailure(entryWith({ server }), key)?.error.server).toBeUndefined();
    }
    const odd = { status: 401, error: 1, errorDescription: ['no'], __proto__: { error: 'invalid_client' } };
    expect(readFailure(entryWith({ server: odd }), key)?.error.server).toEqual({ status: 401 });
  });

  it('never throws, whatever the text is', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.json()), (text) => {
        expect(readFailure(text, key)).toBeUndefined();
      }),
    );
  });

  it('never throws, whatever a member is changed to, and holds nobody for ever', () => {
    const names = fc.constantFrom('code', 'message', 'client', 'server', 'times', 'credential', 'length', '__proto__');
    fc.assert(
      fc.property(names, fc.jsonValue(), (name, value) => {
        const text = `${entryWith({}).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`;
        const { length = 0 } = readFailure(text, key) ?? {};
        expect(length).toBeLessThan(1_000_000);
      }),
    );
  });
});

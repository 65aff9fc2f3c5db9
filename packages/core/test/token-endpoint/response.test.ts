import { exposedSecrets } from '@outbound-auth/testing';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TokenRequestError, TokenResponseError } from '../../src/errors.ts';
import type { ProofKeys } from '../../src/token-endpoint/proof-keys.ts';
import { anyText } from '../any-text.ts';
import { failureOf, secret, startAsking } from './asking.ts';

const jwt = (claims: object) =>
  ['{"alg":"none"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

/** The token of an answer with these members over the least, and how many seconds it lives. */
async function answered(members: object, status = 200) {
  const { server, clock, ask } = await startAsking();
  server.respondOnce({ status, body: { access_token: 'a-token', ...members } });
  const token = await ask({ scope: 'asked for' });
  expect(token.obtainedAt).toBe(clock.now());
  return { token, lifetime: (token.expiresAt - token.obtainedAt) / 1_000 };
}

async function refused(members: object, status = 200) {
  const { server, clock, ask } = await startAsking();
  server.respondOnce({ status, body: { access_token: 'a-token', ...members } });
  const error = await failureOf(ask());
  expect(clock.pending).toBe(0);
  return error;
}

describe('the lifetime of a token', () => {
  it.each([
    [3600, 3600],
    ['3600', 3600],
    [' 60 ', 60],
    [59.5, 59.5],
    ['59.5', 59.5],
    [5_184_000, 5_184_000],
  ])('E02 that is told as %j is %d s', async (expires_in, lifetime) => {
    expect((await answered({ expires_in })).lifetime).toBe(lifetime);
  });

  it.each([0, -1, '0', '-3600', -0.5])(
    'E02 that is told as %j is over at once, and the token is there',
    async (told) => {
      const { token, lifetime } = await answered({ expires_in: told });
      expect(lifetime).toBe(Number(told));
      expect(token.value).toBe('a-token');
    },
  );

  it.each([undefined, null, '', 'null', ' ', 'soon', '1e999', true, {}, [60], '60 s'])(
    'E01 that is told as %j is the default',
    async (expires_in) => {
      expect((await answered({ expires_in })).lifetime).toBe(300);
    },
  );

  it.each([1e308, '1e300', 1e15, -1e308])(
    'E02 that is told as %j ends at a moment that is a date',
    async (expires_in) => {
      const { token, lifetime } = await answered({ expires_in });
      expect(Math.sign(lifetime)).toBe(Math.sign(Number(expires_in)));
      expect(new Date(token.expiresAt).getTime()).toBe(token.expiresAt);
    },
  );

  it('E01 that is not told is that of the JWT', async () => {
    const { lifetime } = await answered({ access_token: jwt({ iat: 1_000, exp: 1_090 }) });
    expect(lifetime).toBe(90);
  });

  it('E04 that is told goes before that of the JWT', async () => {
    expect((await answered({ access_token: jwt({ iat: 0, exp: 90 }), expires_in: 60 })).lifetime).toBe(60);
  });

  it.each([Date.UTC(2026, 0, 1) / 1_000 + 120, `${Date.UTC(2026, 0, 1) / 1_000 + 120}`])(
    'that is told as the moment of its end (%o) lasts until then',
    async (expires_on) => {
      expect((await answered({ expires_on })).lifetime).toBe(120);
      expect((await answered({ expires_on, expires_in: 60 })).lifetime).toBe(60);
      expect((await answered({ expires_on, expires_in: 'null' })).lifetime).toBe(120);
    },
  );

  it('that is told as a date of no standard is the default', async () => {
    expect((await answered({ expires_on: '01/01/2026 00:02:00 AM +00:00' })).lifetime).toBe(300);
  });
});

describe('a token response', () => {
  it.each([undefined, null, '', 'null', 'bearer', 'Bearer', 'BEARER'])(
    'with the token_type %j is a Bearer',
    async (type) => {
      expect((await answered({ token_type: type })).token).toMatchObject({
        tokenType: 'Bearer',
        authorization: 'Bearer a-token',
      });
    },
  );

  it.each(['mac', 'Bearer ', 7, ['Bearer'], {}])('with the token_type %j is refused', async (token_type) => {
    const error = await refused({ token_type });
    expect(error).toBeInstanceOf(TokenResponseError);
    expect(error.message).toContain('has another token_type than Bearer. Check ');
  });

  it.each(['N_A', 'n_a'])('with the token_type %s holds a token of another kind, that was asked for', async (type) => {
    const error = await refused({ token_type: type });
    expect(error).toMatchObject({ name: 'TokenResponseError', code: 'invalid_token_response' });
    expect(error.message).toMatch(
      / has the token_type N_A: what was issued is no access token\. Leave requestedTokenType out, or ask for an access_token$/,
    );
  });

  it.each([
    [undefined, 'asked for'],
    [null, 'asked for'],
    ['', 'asked for'],
    ['null', 'asked for'],
    [7, 'asked for'],
    ['asked', 'asked'],
    [['a', 'b'], 'a b'],
    [['a', 7, ['b']], 'a'],
  ])('with the scope %j grants %j', async (scope, granted) => {
    expect((await answered({ scope })).token.scope).toBe(granted);
  });

  it('as EmpowerID fills it is a token', async () => {
    const { token } = await answered({
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: 'r',
      id_token: 'null',
      error: '',
      error_description: 'null',
    });
    expect(token.value).toBe('a-token');
  });

  it.each([null, '', 'null', false])('with the error %j is none', async (error) => {
    expect((await answered({ error, error_description: 'x' })).token.value).toBe('a-token');
  });

  it.each([200, 201, 202, 203])('may have the status %d', async (status) => {
    expect((await answered({}, status)).token.value).toBe('a-token');
  });

  it.each(['a/b=', 'a b', '!', '~', 'x'.repeat(10_000)])('may hold any token that a header can hold', async (token) => {
    expect((await answered({ access_token: token })).token.authorization).toBe(`Bearer ${token}`);
  });

  it('may be compressed, of any content type, and begin with a byte order mark', async () => {
    const { server, ask } = await startAsking();
    const body = '\ufeff \n{"access_token":"a-token"}';
    server.respondOnce({ status: 200, headers: { 'content-type': 'text/html' }, body });
    server.respondOnce({ status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync(body) });
    expect([(await ask()).value, (await ask()).value]).toEqual(['a-token', 'a-token']);
  });

  it('with a member twice, or __proto__, is read by its last word', async () => {
    const { server, ask } = await startAsking();
    const body = '{"access_token":"first","__proto__":{"error":"x","token_type":"mac"},"access_token":"last"}';
    server.respondOnce({ status: 200, body });
    expect((await ask()).value).toBe('last');
  });

  it('E40 nested beyond all reason is only looked at for what is needed', async () => {
    const { server, ask } = await startAsking();
    const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    server.respondOnce({ status: 200, body: `{"scope":${nested},"x":${nested},"access_token":"a-token"}` });
    expect((await ask()).value).toBe('a-token');
  });
});

describe('a token response bound by DPoP', () => {
  const bound = { access_token: 'a-token', token_type: 'DPoP' };

  it.each(['DPoP', 'dpop', 'DPOP'])(
    'that nobody asked for (%s) is refused, and how to ask for it told',
    async (type) => {
      const error = await refused({ token_type: type });
      expect(error).toBeInstanceOf(TokenResponseError);
      expect(error.message).toContain(
        'has another token_type than Bearer. The server binds its tokens to a key: set dpop: true',
      );
    },
  );

  it.each([undefined, 'null', 'Bearer', 'mac'])('that was asked for and came as %j is refused', async (type) => {
    const { server, ask } = await startAsking(() => ({ dpop: keys(false) }));
    server.respondOnce({ status: 200, body: { ...bound, token_type: type } });
    expect((await failureOf(ask())).message).toContain(
      'has another token_type than DPoP. Let the server bind this client’s tokens, or set dpop: { allowBearer: true }',
    );
  });

  it.each([
    [undefined, 'Bearer'],
    ['bearer', 'Bearer'],
    ['dpop', 'DPoP'],
  ])('or not (%j), where either will do, is a %s', async (token_type, tokenType) => {
    const { server, ask } = await startAsking(() => ({ dpop: keys(true) }));
    server.respondOnce({ status: 200, body: { ...bound, token_type } });
    const token = await ask();
    expect(token).toMatchObject({ tokenType, authorization: `${tokenType} a-token` });
    expect(await token.proof('GET', 'https://api.example')).toBe(tokenType === 'DPoP' ? 'a-proof' : undefined);
  });

  it('is no other scheme, wherever both are taken', async () => {
    const { server, ask } = await startAsking(() => ({ dpop: keys(true) }));
    server.respondOnce({ status: 200, body: { ...bound, token_type: 'mac' } });
    expect((await failureOf(ask())).code).toBe('invalid_token_response');
  });

  /** A key whose proofs are all alike. */
  function keys(allowBearer: boolean): ProofKeys {
    return { allowBearer, next: () => Promise.resolve(() => Promise.resolve('a-proof')) };
  }
});

describe('an answer that is no token response', () => {
  it.each([
    ['E40 a CR and LF', 'a\r\nx-injected: 1'],
    ['E40 a LF at its end', 'token\n'],
    ['E40 a NUL', 'to\0ken'],
    ['E40 a blank at its end', 'token-and-blank '],
    ['E40 letters beyond ASCII', 'tökén'],
    ['E40 half a character pair', '\ud800'],
  ])('has a token with %s', async (_title, token) => {
    const error = await refused({ access_token: token });
    expect(error).toBeInstanceOf(TokenResponseError);
    expect(error.message).toContain('holds an access token with characters that a header cannot hold. Check ');
    expect(exposedSecrets(error, token.length > 3 ? [token] : [])).toEqual([]);
  });

  it.each([undefined, null, '', 'null', 7, ['a-token'], {}])('has the token %j', async (token) => {
    const error = await refused({ access_token: token });
    expect(error).toMatchObject({
      name: 'TokenResponseError',
      code: 'invalid_token_response',
      status: 502,
      client: 'billing',
      server: { status: 200 },
    });
    expect(error.message).toMatch(
      /^client 'billing': the token response of http:\S+\/token has no access_token\. Check tokenEndpoint, and what the server is set up to issue$/,
    );
  });

  it.each([
    ['an HTML page', 'text/html; charset=utf-8', '<!doctype html><title>Sign in</title>the-words-of-the-page'],
    ['nothing', undefined, ''],
    ['a list', 'application/json', '[{"access_token":"a"}]'],
    ['a text', 'application/json', '"a-token"'],
    ['null', 'application/json', 'null'],
    ['a form', 'application/x-www-form-urlencoded', 'access_token=a-token&expires_in=60'],
    ['half an object', 'application/json', '{"access_token":"a-tok'],
    ['UTF-16', 'application/json', Buffer.from('{"access_token":"a-token"}', 'utf16le')],
  ])('is %s, and is told by its status and type alone', async (_title, type, body) => {
    const { server, ask } = await startAsking();
    server.respondOnce({ status: 200, ...(type !== undefined && { headers: { 'content-type': type } }), body });
    const error = await failureOf(ask());
    expect(error).toMatchObject({
      name: 'TokenResponseError',
      code: 'invalid_token_response',
      server: { status: 200 },
      message: `client 'billing': ${server.tokenEndpoint} answered 200 with ${type ?? 'no content type'}, not with a JSON object. Check tokenEndpoint: is it a web page or a proxy that answers there?`,
    });
    expect(exposedSecrets(error, ['the-words-of-the-page', 'a-token'])).toEqual([]);
  });

  it('has no body at all', async () => {
    const { server, ask } = await startAsking();
    server.respondOnce({ status: 204 });
    expect((await failureOf(ask())).message).toContain('answered 204 with no content type');
  });

  it('has a type without end', async () => {
    const { server, ask } = await startAsking();
    server.respondOnce({ status: 200, headers: { 'content-type': `text/${'x'.repeat(5_000)}` }, body: '<p>' });
    expect((await failureOf(ask())).message.length).toBeLessThan(400);
  });

  it('E40 says that it is compressed, and is not', async () => {
    const { server, clock, ask } = await startAsking();
    server.respondOnce({ status: 200, headers: { 'content-encoding': 'gzip' }, body: '{"access_token":"a-token"}' });
    const error = await failureOf(ask());
    expect(error).toBeInstanceOf(TokenRequestError);
    expect(error.code).toBe('token_endpoint_unreachable');
    expect(exposedSecrets(error, ['a-token'])).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('E40 is a bomb of compressed blanks', async () => {
    const { server, ask } = await startAsking();
    const bomb = gzipSync(Buffer.alloc(64 * 1_048_576, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    server.respondOnce({ status: 200, headers: { 'content-encoding': 'gzip' }, body: bomb });
    expect(await failureOf(ask())).toMatchObject({ code: 'invalid_token_response' });
  });
});

describe('any answer', () => {
  const issued = 'the-token-that-was-issued';
  // `fetch` takes 407 for the word of a proxy, and fails.
  const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const statuses = [...from(200, 206), ...from(300, 308), ...from(400, 406), ...from(408, 431), ...from(500, 511), 599];
  const echoes = [secret, encodeURIComponent(secret), JSON.stringify(secret), `said ${secret}`];
  const text = fc.oneof(anyText({ maxLength: 20 }), fc.constantFrom('', 'null', ...echoes));
  const value = fc.oneof(
    text,
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('3600', 'Bearer', 'bearer', 'invalid_client', 0, -1, 1e308, null),
  );
  const names = [
    'access_token',
    'token_type',
    'expires_in',
    'expires_on',
    'scope',
    'error',
    'error_description',
    'message',
    'errorCode',
    'errorSummary',
    'detail',
    'code',
  ];
  const object = fc
    .dictionary(fc.constantFrom(...names), value, { maxKeys: 4 })
    .chain((members) =>
      fc.constantFrom(
        members,
        { ...members, access_token: issued },
        { ...members, access_token: issued, message: issued },
      ),
    )
    .map((members) => JSON.stringify(members));
  const body = fc.oneof(
    { weight: 4, arbitrary: object.map((json) => Buffer.from(json)) },
    { weight: 1, arbitrary: text.map((words) => Buffer.from(words)) },
    { weight: 1, arbitrary: fc.json().map((json) => Buffer.from(json)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    { weight: 1, arbitrary: fc.tuple(object, fc.nat(60)).map(([json, end]) => Buffer.from(json).subarray(0, end)) },
  );
  const type = fc.constantFrom('application/json', 'text/plain', 'text/html', '', `text/${encodeURIComponent(secret)}`);
  const status = fc.oneof(
    fc.constantFrom(200, 201, 204, 302, 304, 400, 401, 403, 404, 429, 500, 503),
    fc.constantFrom(...statuses),
  );
  const quoted = secret.replace(/["\\]/g, '\\$&');
  const challenge = fc.constantFrom(
    '',
    'Basic',
    `Basic realm="${quoted}", error="invalid_client", error_description="unknown ${quoted}"`,
    `Bearer error="${encodeURIComponent(secret)}"`,
    `Bearer error="${issued}`,
    '"=,,=" ,',
  );
  const granted = fc
    .dictionary(fc.constantFrom(...names.filter((name) => name !== 'error' && name !== 'token_type')), value)
    .map((members) => Buffer.from(JSON.stringify({ ...members, access_token: issued })));
  const answer = fc.oneof(
    { weight: 2, arbitrary: fc.record({ status, type, challenge, body }) },
    { weight: 1, arbitrary: fc.record({ status: fc.constant(200), type, challenge, body: granted }) },
  );

  it('E40 of any status and without a word is an error with that status', async () => {
    const { server, clock, ask } = await startAsking();
    for (const code of statuses) {
      // Not once: at a 421, `fetch` itself tries again.
      server.respondWith(() => ({ status: code }));
      const error = await failureOf(ask());
      expect(error).toBeInstanceOf(TokenResponseError);
      expect(error.server?.status).toBe(code);
    }
    server.respondWith(() => ({ status: 407 }));
    expect((await failureOf(ask())).code).toBe('token_endpoint_unreachable');
    expect(clock.pending).toBe(0);
  });

  it('E40 E25 gives a token or the one error, in which no secret is', async () => {
    const { server, clock, ask } = await startAsking();
    let tokens = 0;
    let errors = 0;
    await fc.assert(
      fc.asyncProperty(answer, async (given) => {
        const headers = { 'content-type': given.type, 'www-authenticate': given.challenge };
        server.respondWith(() => ({ status: given.status, headers, body: given.body }));
        try {
          const token = await ask();
          expect(() => new Headers({ authorization: token.authorization })).not.toThrow();
          expect(new Date(token.expiresAt).getTime()).not.toBeNaN();
          tokens += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(TokenResponseError);
          const { authorization = '' } = server.requests[0]?.headers ?? {};
          expect(exposedSecrets(error, [secret, issued, authorization.replace('Basic ', '')])).toEqual([]);
          errors += 1;
        }
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 200 },
    );
    // Both happen, or the answers above are too good or too bad to prove anything.
    expect(Math.min(tokens, errors)).toBeGreaterThan(20);
  });
});

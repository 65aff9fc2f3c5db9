import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClientAuthentication } from '../../src/client-authentication/client-authentication.ts';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { clientSecretJwt } from '../../src/client-authentication/client-secret-jwt.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { none } from '../../src/client-authentication/none.ts';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import { TokenResponseError } from '../../src/errors.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { failureOf, plainRequest, secret, startAsking } from './asking.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Record<string, unknown> | unknown[];
}

/** The error that an answer gives, and its message without what stands in each. */
async function failing(answer: Answer, authenticate: ClientAuthentication = clientSecretPost(secret)) {
  const { server, ask } = await startAsking(() => ({ authenticate }));
  server.respondOnce(answer);
  const error = await failureOf(ask());
  expect(server.requests).toHaveLength(1);
  expect(error).toBeInstanceOf(TokenResponseError);
  expect(error.client).toBe('billing');
  expect(error.server?.status).toBe(answer.status);
  const start = `client 'billing': the token endpoint ${server.tokenEndpoint} `;
  expect(error.message.startsWith(start)).toBe(true);
  return { error, said: error.message.slice(start.length), server: error.server };
}

describe('an error response', () => {
  it('says what went wrong, and what to do', async () => {
    const body = { error: 'invalid_client', error_description: 'Unknown client', error_uri: 'https://idp.example/e' };
    const { error, said, server } = await failing({ status: 401, body });
    expect(said).toBe(
      'answered 401 (invalid_client: Unknown client). Check clientId, clientSecret and how the client authenticates',
    );
    expect(server).toEqual({ status: 401, error: 'invalid_client', errorDescription: 'Unknown client' });
    expect(error).toMatchObject({ code: 'token_request_refused', status: 502, expose: false });
  });

  it.each([
    [400, 'token_request_refused'],
    [401, 'token_request_refused'],
    [403, 'token_request_refused'],
    [404, 'token_request_refused'],
    [405, 'token_request_refused'],
    [422, 'token_request_refused'],
    [408, 'token_endpoint_failed'],
    [429, 'token_endpoint_failed'],
    [500, 'token_endpoint_failed'],
    [502, 'token_endpoint_failed'],
    [503, 'token_endpoint_failed'],
    [599, 'token_endpoint_failed'],
  ])('with the status %d has the code %s, also without a word', async (status, code) => {
    const { error, said, server } = await failing({ status });
    expect(error).toMatchObject({ code, status: 502 });
    expect(said).toMatch(new RegExp(`^answered ${status} without a word\\. [A-Z]`));
    expect(server).toEqual({ status });
    expect((await failing({ status, body: { error: 'invalid_request' } })).error.code).toBe(code);
  });

  it.each([
    [{ status: 400, body: { error: 'invalid_scope' } }, 'Check scope: the server does not grant it to this client'],
    [{ status: 401, body: { error: 'invalid_scope' } }, 'Check scope: the server does not grant it to this client'],
    [
      { status: 400, body: { error: 'invalid_authorization_details' } },
      'Check authorizationDetails: the server does not take them',
    ],
    [{ status: 400, body: { error: 'invalid_target' } }, 'Check resource and audience: the server does not know them'],
    [{ status: 400, body: { error: 'unsupported_grant_type' } }, 'Check grant: the server does not take it'],
    [
      { status: 400, body: { error: 'unauthorized_client' } },
      'Check what the client is registered for: it may not use this grant',
    ],
    [
      { status: 400, body: { error: 'invalid_client' } },
      'Check clientId, clientSecret and how the client authenticates',
    ],
    [{ status: 401 }, 'Check clientId, clientSecret and how the client authenticates'],
    [
      { status: 400, body: { error: 'invalid_grant' } },
      'Check scope: some servers say so of one that they do not know; and dpop, if the server binds its tokens',
    ],
    [
      { status: 400, body: { error: 'invalid_request' } },
      'Check parameters and tokenRequestFormat: the server misses something, or does not take it so',
    ],
    [{ status: 422, body: { error: 'odd' } }, 'Check the client’s scope, audience and grant'],
    [
      { status: 403 },
      'Check tokenRequestHeaders: is there a gateway that wants an API key? Else scope, audience and grant',
    ],
    [{ status: 404 }, 'Check tokenEndpoint: the server has none at this address'],
    [{ status: 405 }, 'Check tokenEndpoint: the server has none at this address'],
    [{ status: 408 }, 'The server gave up waiting: check the network between here and there'],
    [{ status: 429 }, 'The server asks for fewer requests'],
    [{ status: 500 }, 'The fault is on the server’s side'],
    [{ status: 503 }, 'The fault is on the server’s side'],
  ])('%j has its remedy', async (answer, remedy) => {
    const { said } = await failing(answer);
    expect(said.split('. ').at(-1)).toBe(remedy);
  });

  const page = '<!doctype html><html><title>Forbidden</title></html>';
  const asksForPage = 'Check tokenEndpoint: is it a web page or a proxy that answers there?';
  it.each<[string, Answer, string]>([
    ['as a page with the status 403', { status: 403, body: page }, asksForPage],
    ['as a page with the status 400', { status: 400, body: page }, asksForPage],
    ['of the type HTML without a word', { status: 403 }, asksForPage],
    [
      'as an XHTML page',
      { status: 403, headers: { 'content-type': 'Application/XHTML+XML' }, body: page },
      asksForPage,
    ],
    [
      'as a page with the status 401',
      { status: 401, body: page },
      'Check clientId, clientSecret and how the client authenticates',
    ],
    [
      'as a page with the status 404',
      { status: 404, body: page },
      'Check tokenEndpoint: the server has none at this address',
    ],
    [
      'as a page with the status 405',
      { status: 405, body: page },
      'Check tokenEndpoint: the server has none at this address',
    ],
    ['as a page with the status 429', { status: 429, body: page }, 'The server asks for fewer requests'],
    ['as a page with the status 502', { status: 502, body: page }, 'The fault is on the server’s side'],
    // Servers that do issue tokens send these too.
    [
      'an error code',
      { status: 403, body: '{"error":"access_denied"}' },
      'Check the client’s scope, audience and grant',
    ],
    [
      'of the type HTML with plain words',
      { status: 403, body: 'No such tenant' },
      'Check tokenRequestHeaders: is there a gateway that wants an API key? Else scope, audience and grant',
    ],
    [
      'no HTML',
      { status: 403, headers: { 'content-type': 'text/plain' } },
      'Check tokenRequestHeaders: is there a gateway that wants an API key? Else scope, audience and grant',
    ],
  ])('%s has its remedy', async (_title, answer, remedy) => {
    const { said } = await failing({ headers: { 'content-type': 'text/html; charset=utf-8' }, ...answer });
    expect(said.split('. ').at(-1)).toBe(remedy);
  });

  it.each<[string, Answer['body'], string | undefined, string | undefined]>([
    ['{message}', { message: 'No such client' }, undefined, 'No such client'],
    ['{errorCode, errorSummary}', { errorCode: 'E06', errorSummary: 'Bad key' }, 'E06', 'Bad key'],
    ['{code, detail}', { code: 'E7', detail: 'Bad key' }, 'E7', 'Bad key'],
    ['the RFC’s members first', { error: 'a', code: 'b', error_description: 'c', message: 'd' }, 'a', 'c'],
    ['"null" and ""', { error: 'null', code: 'b', error_description: '', message: 'd' }, 'b', 'd'],
    ['members that are no texts', { error: { code: 1 }, code: 401, message: ['x'] }, undefined, undefined],
    ['plain text', ' Unknown client\n', undefined, 'Unknown client'],
    ['blanks', ' \n', undefined, undefined],
    ['half an object', '{"access_token":"a', undefined, undefined],
    ['a form', 'access_token=a-token&expires_in=60', undefined, undefined],
    ['a page', '<html><body>Unknown client</body></html>', undefined, undefined],
  ])('as %s is read', async (_title, body = '', error, errorDescription) => {
    const { server } = await failing({ status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });
    expect([server?.error, server?.errorDescription]).toEqual([error, errorDescription]);
  });

  it.each([
    ['text/plain', 'Unauthorized'],
    ['TEXT/PLAIN', 'Unauthorized'],
    // What Express sends for `response.send('Unauthorized')`.
    ['text/html; charset=utf-8', 'Unauthorized'],
    ['', 'Unauthorized'],
    ['application/json', undefined],
    ['image/png', undefined],
  ])('of the type %j may hold plain text: %j', async (type, errorDescription) => {
    const { server } = await failing({ status: 401, headers: { 'content-type': type }, body: 'Unauthorized' });
    expect(server?.errorDescription).toBe(errorDescription);
  });

  it('is cut: what the server says at 500 characters, its code at 100', async () => {
    const { server, said } = await failing({ status: 400, body: { error: 'e'.repeat(900), message: 'm'.repeat(900) } });
    expect(server).toEqual({ status: 400, error: 'e'.repeat(100), errorDescription: 'm'.repeat(500) });
    expect(said.length).toBeLessThan(700);
    const plain = await failing({ status: 400, body: 'p'.repeat(900) });
    expect(plain.server?.errorDescription).toBe('p'.repeat(500));
  });

  it('may come with the status 200', async () => {
    const { error, said } = await failing({ status: 200, body: { access_token: 'a', error: 'invalid_grant' } });
    expect(error.code).toBe('token_request_refused');
    expect(said).toBe(
      'answered 200 (invalid_grant). Check scope: some servers say so of one that they do not know; and dpop, if the server binds its tokens',
    );
  });

  it.each([
    [{ status: 401 }, 'use_dpop_nonce'],
    [{ status: 400 }, 'use_dpop_nonce'],
    [{ status: 400 }, 'invalid_dpop_proof'],
  ])('%j %s tells a client without DPoP how to have it, and is not asked twice', async ({ status }, error) => {
    const { said } = await failing({ status, headers: { 'dpop-nonce': 'a-nonce' }, body: { error } });
    expect(said).toBe(`answered ${status} (${error}). The server binds its tokens to a key: set dpop: true`);
  });

  it('E40 of more than 1 MiB still counts by its status', async () => {
    const { error } = await failing({ status: 503, body: 'x'.repeat(1_048_577) });
    expect(error.code).toBe('token_endpoint_failed');
  });
});

describe('an error response about the client', () => {
  const usual = 'Check clientId, clientSecret and how the client authenticates';
  const encoded = `${usual}; form-encoding has changed one of the two, and a server that does not decode them wants clientSecretBasic(secret, { encoding: 'raw' }) or clientSecretPost(secret)`;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own: ClientAuthentication = ({ headers }) => headers.set('x-key', 'a-key');

  it.each<[string, ClientAuthentication, string]>([
    ['clientSecretPost()', clientSecretPost(secret), usual],
    ['clientSecretBasic() with a plain secret', clientSecretBasic('plain-secret'), usual],
    ['clientSecretBasic() with an odd secret', clientSecretBasic(secret), encoded],
    ['clientSecretBasic() as it is', clientSecretBasic(secret, { encoding: 'raw' }), usual],
    ['a function of one’s own', own, usual],
    [
      'privateKeyJwt()',
      privateKeyJwt(privateKey),
      'Check clientId, the key, keyId and audience of privateKeyJwt(), what the server has registered, and this host’s clock',
    ],
    [
      'clientSecretJwt()',
      clientSecretJwt('a-secret-of-32-characters-at-least'),
      'Check clientId, the secret, algorithm and audience of clientSecretJwt(), and this host’s clock',
    ],
    [
      'none()',
      none(),
      'Check clientId, and that the server takes a client without authentication: else give clientSecret or another clientAuthentication',
    ],
  ])('that authenticates by %s says what to check', async (_title, authenticate, remedy) => {
    for (const answer of [{ status: 401 }, { status: 400, body: { error: 'invalid_client' } }]) {
      const { said } = await failing(answer, authenticate);
      expect(said.slice(said.indexOf('. ') + 2)).toBe(remedy);
    }
  });

  it('that authenticates by its certificate says to check that', async () => {
    const { client } = await makeCertificates();
    const { said } = await failing({ status: 401 }, tlsClientAuth({ cert: client.cert, key: client.key }));
    expect(said).toMatch(/\. Check clientId, and that the certificate is the one registered for it$/);
  });
});

describe('invalid_grant', () => {
  it('for another grant than client_credentials is about what that sends', async () => {
    const { server, endpoint } = await startAsking();
    server.respondOnce({ status: 400, body: { error: 'invalid_grant' } });
    const { message } = await failureOf(endpoint.request('password', plainRequest));
    expect(message).toContain(
      '. Check what the grant sends (a password, an assertion, a refresh token), and scope: some servers say so of one that they do not know',
    );
  });
});

describe('E42 an answer that says when to come again', () => {
  it.each([429, 503, 400])('with %i is told by the error, and by what a framework answers', async (status) => {
    const { error } = await failing({ status, headers: { 'retry-after': '7' } });
    expect(error).toMatchObject({ retryAfter: 7, status: 503, headers: { 'retry-after': '7' } });
  });

  it('means a date by the server’s own clock', async () => {
    const headers = { date: 'Thu, 01 Jan 2032 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2032 00:00:20 GMT' };
    expect((await failing({ status: 429, headers })).error.retryAfter).toBe(20);
  });

  it('says nothing by rubbish', async () => {
    const { error } = await failing({ status: 503, headers: { 'retry-after': 'soon' } });
    expect(error).not.toHaveProperty('retryAfter');
    expect(error.status).toBe(502);
  });
});

import { exposedSecrets, manualClock, startAuthorizationServer } from '@outbound-auth/testing';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TokenRequestError } from '../../src/errors.ts';
import { Endpoints } from '../../src/token-endpoint/endpoints.ts';
import type { Server } from '../../src/token-endpoint/discovery.ts';
import { anyText } from '../any-text.ts';

/** An issuer, and what its clients make of any document. */
async function startReading(mutualTls = false) {
  const server = await startAuthorizationServer();
  onTestFinished(() => server.close());
  const clock = manualClock();
  const settings = {
    name: 'billing',
    issuer: server.issuer,
    tokenEndpoint: undefined,
    revocationEndpoint: undefined,
    allowInsecureRequests: false,
    requestTimeout: 4_000,
    mutualTls,
    fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, init),
    clock,
  };
  /** A server, or the error that there must be else. */
  const read = async (body: Uint8Array | string, status = 200): Promise<Server | TokenRequestError> => {
    server.discovery.respondWith(() => ({ status, body }));
    try {
      return await new Endpoints(settings).token();
    } catch (error) {
      if (!(error instanceof TokenRequestError)) throw error;
      expect(error).toMatchObject({ code: 'discovery_failed', client: 'billing', status: 502 });
      expect(error.message.length).toBeLessThan(600);
      return error;
    } finally {
      expect(clock.pending).toBe(0);
    }
  };
  return { server, read };
}

const names = ['issuer', 'token_endpoint', 'revocation_endpoint', 'mtls_endpoint_aliases', '__proto__', 'constructor'];
const address = fc.oneof(
  fc.constantFrom(
    'https://idp.example/token',
    'http://idp.example/token',
    'https://user:password@idp.example/token',
    'https://idp.example/token#fragment',
    '//idp.example/token',
    '/token',
    'token',
    'https://',
    'javascript:alert(1)',
    'data:text/plain,',
    'null',
    '',
    '\ud800',
  ),
  fc.webUrl(),
);
const value = fc.oneof(
  { weight: 3, arbitrary: address },
  { weight: 1, arbitrary: anyText({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...names), address, { maxKeys: 3 }) },
);
const metadata = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 });

describe('E40 any discovery document', () => {
  it.each([false, true])('gives a server that can be asked, or the one error (mutual TLS: %s)', async (mutualTls) => {
    const { server, read } = await startReading(mutualTls);
    const { issuer } = server;
    const rightful = { issuer, token_endpoint: 'https://idp.example/token' };
    const document = fc.oneof(
      { weight: 2, arbitrary: metadata.map((members) => Buffer.from(JSON.stringify({ ...members, issuer }))) },
      { weight: 2, arbitrary: metadata.map((members) => Buffer.from(JSON.stringify({ ...members, ...rightful }))) },
      { weight: 1, arbitrary: metadata.map((members) => Buffer.from(JSON.stringify(members))) },
      { weight: 1, arbitrary: fc.json().map((json) => Buffer.from(json)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
      {
        weight: 1,
        arbitrary: metadata.map((members) => Buffer.from(JSON.stringify({ ...members, issuer }), 'utf16le')),
      },
    );
    const status = fc.constantFrom(200, 200, 200, 201, 204, 301, 400, 401, 404, 500);
    await fc.assert(
      fc.asyncProperty(document, status, async (body, code) => {
        const found = await read(body, code);
        if (found instanceof TokenRequestError) return;
        const url = new URL(found.token_endpoint);
        expect(found.issuer).toBe(issuer);
        expect(url.protocol).toBe('https:');
        expect([url.username, url.password]).toEqual(['', '']);
        // Good for a request as it is.
        expect(() => new Request(url)).not.toThrow();
      }),
      {
        numRuns: 100,
        // One that is taken, and one that is not, so that neither branch is left to luck.
        examples: [
          [Buffer.from(JSON.stringify(rightful)), 200],
          [Buffer.from('{}'), 200],
        ],
      },
    );
    expect(server.discovery.requests.some(({ headers }) => 'authorization' in headers)).toBe(false);
  });

  it.each([
    ['a BOM', (json: string) => `\ufeff${json}`, true],
    ['blanks around it', (json: string) => ` \r\n\t${json}\n `, true],
    ['a member twice, of which the last counts', (json: string) => json.replace('{', '{"token_endpoint":"/x",'), true],
    ['__proto__ in front', (json: string) => json.replace('{', '{"__proto__":{"token_endpoint":"/x"},'), true],
    ['endpoints in __proto__ alone', (json: string) => `{"__proto__":${json}}`, false],
    ['half a character pair', (json: string) => json.replace('{', '{"x":"\\ud800",'), true],
    ['UTF-16', (json: string) => Buffer.from(json, 'utf16le'), false],
    ['UTF-16 with a BOM', (json: string) => Buffer.from(`\ufeff${json}`, 'utf16le'), false],
    ['bytes that are no UTF-8', (json: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(json)]), false],
    ['a list around it', (json: string) => `[${json}]`, false],
    ['something behind it', (json: string) => `${json}x`, false],
    ['the end cut off', (json: string) => json.slice(0, -1), false],
    ['1 MiB of blanks', (json: string) => json + ' '.repeat(1_048_576), false],
    ['objects in objects', (json: string) => `${'{"a":'.repeat(100_000)}${json}${'}'.repeat(100_000)}`, false],
    ['lists without end', () => '['.repeat(1_000_000), false],
  ])('with %s is read by the rules', async (_title, written, taken) => {
    const { server, read } = await startReading();
    const json = JSON.stringify({ issuer: server.issuer, token_endpoint: 'https://idp.example/token' });
    const found = await read(written(json));
    expect(found instanceof TokenRequestError).toBe(!taken);
    if (taken) expect(found).toMatchObject({ token_endpoint: 'https://idp.example/token' });
  });

  it('E24 with user info in its token endpoint is refused, and that not shown', async () => {
    const { server, read } = await startReading();
    const token_endpoint = 'https://user:the-password@idp.example/token';
    const found = await read(JSON.stringify({ issuer: server.issuer, token_endpoint }));
    expect(found).toMatchObject({
      message: `client 'billing': the issuer '${server.issuer}' names a token_endpoint that holds user info (user:password@). Check issuer (to the letter, a slash at the end counts), or give tokenEndpoint instead`,
    });
    expect(exposedSecrets(found, ['the-password'])).toEqual([]);
  });
});

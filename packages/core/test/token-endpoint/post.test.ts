import { exposedSecrets } from '@outbound-auth/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { anyText } from '../any-text.ts';
import { failureOf, secret, startAsking } from './asking.ts';

const startJson = () => startAsking(() => ({ tokenRequestFormat: 'json', authenticate: clientSecretPost(secret) }));

describe('a token request as JSON', () => {
  it('holds one value as a text, several as a list', async () => {
    const { server, ask } = await startJson();
    await ask({
      scope: 'a b',
      audience: ['one'],
      resource: ['urn:a', 'urn:b'],
      parameters: [
        ['x', '1'],
        ['empty', ''],
      ],
    });
    const [request] = server.requests;
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      grant_type: 'client_credentials',
      scope: 'a b',
      audience: 'one',
      resource: ['urn:a', 'urn:b'],
      x: '1',
      empty: '',
      client_id: 'orders',
      client_secret: secret,
    });
  });

  it('has the length that it says', async () => {
    const { server, ask } = await startJson();
    await ask({ parameters: [['name', 'Zoë 🙂']] });
    const [request] = server.requests;
    expect(Number(request?.headers['content-length'])).toBe(request?.bytes.length);
  });

  it('loses nothing that a form would hold, whatever the names and values', async () => {
    const { server, ask } = await startJson();
    const name = fc.oneof(anyText({ maxLength: 8 }), fc.constantFrom('__proto__', 'constructor', '0', ' ', 'a&b=c'));
    const parameters = fc.array(fc.tuple(name, anyText({ maxLength: 8 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(parameters, async (given) => {
        await ask({ parameters: given });
        const members: unknown = JSON.parse(server.requests.at(-1)?.body ?? '');
        const sent = new Map(Object.entries(members ?? {}));
        // What is no Unicode (half a character pair) no form can hold either.
        const form = new URLSearchParams(given);
        for (const key of new Set(form.keys())) {
          if (['grant_type', 'client_id', 'client_secret'].includes(key)) continue;
          expect([sent.get(key)].flat()).toEqual(form.getAll(key));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('E25 shows no secret of it in an error', async () => {
    const { server, ask } = await startJson();
    server.respondWith(({ body }) => ({ status: 400, body: { error: 'invalid_request', error_description: body } }));
    const error = await failureOf(ask());
    expect(error.message).toContain('[redacted]');
    expect(exposedSecrets(error, [secret])).toEqual([]);
  });
});

describe('the further headers of a token request', () => {
  it('are texts, or functions that are asked for each request', async () => {
    let count = 0;
    const { server, ask } = await startAsking(() => ({
      tokenRequestHeaders: [
        ['x-api-key', 'the-api-key'],
        ['x-tenant', () => Promise.resolve(`tenant-${(count += 1)}`)],
      ],
    }));
    await ask();
    await ask();
    expect(server.requests.map(({ headers }) => [headers['x-api-key'], headers['x-tenant']])).toEqual([
      ['the-api-key', 'tenant-1'],
      ['the-api-key', 'tenant-2'],
    ]);
  });

  it('stand beside the client authentication', async () => {
    const { server, ask } = await startAsking(() => ({ tokenRequestHeaders: [['x-api-key', 'k']] }));
    await ask();
    expect(server.requests[0]?.headers['authorization']).toMatch(/^Basic /);
  });

  it('E25 are in no error that echoes them, text or function', async () => {
    const { server, ask } = await startAsking(() => ({
      tokenRequestHeaders: [
        ['x-api-key', 'the-api-key'],
        ['x-other', () => 'the-other-key'],
      ],
    }));
    const words = 'unknown the-api-key, the-other-key';
    server.respondOnce({ status: 403, body: { error: 'access_denied', error_description: words } });
    const error = await failureOf(ask());
    expect(error.server?.errorDescription).toBe('unknown [redacted], [redacted]');
    expect(exposedSecrets(error, ['the-api-key', 'the-other-key'])).toEqual([]);
  });

  it('E25 that a function makes unfit for a header are not shown by the one who says so', async () => {
    const { server, ask } = await startAsking(() => ({
      tokenRequestHeaders: [['x-api-key', () => 'the-key\r\nx-injected: 1']],
    }));
    const error = await failureOf(ask());
    expect(error.code).toBe('credential_unavailable');
    expect(exposedSecrets(error, ['the-key'])).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('the vault is sealed')), 'the vault is sealed'],
    ['gives nothing', () => '', 'a secret came as an empty text'],
  ])('E50 whose function %s make the credentials unavailable', async (_title, source, reason) => {
    const { server, ask } = await startAsking(() => ({ tokenRequestHeaders: [['x-api-key', source]] }));
    expect(await failureOf(ask())).toMatchObject({
      code: 'credential_unavailable',
      message: `client 'billing': its credentials could not be read: ${reason}`,
    });
    expect(server.requests).toHaveLength(0);
  });
});

import { decodeJwt } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { clientSecretJwt } from '../../src/client-authentication/client-secret-jwt.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { none } from '../../src/client-authentication/none.ts';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { failureOf, startAsking } from './asking.ts';

const invalidClient = { status: 401, body: { error: 'invalid_client' } };

/** A function that gives these, one after the other, the last for ever. */
function inTurn(...values: string[]) {
  const source = () => values[Math.min(source.asked++, values.length - 1)] ?? '';
  source.asked = 0;
  return source;
}

const secretsOf = (requests: readonly { headers: Readonly<Record<string, string>> }[]) =>
  requests.map(({ headers }) => atob(headers['authorization']?.slice(6) ?? '').split(':')[1]);

describe('E27 after a refusal of the client', () => {
  it.each([
    ['401 invalid_client', invalidClient],
    ['400 invalid_client', { status: 400, body: { error: 'invalid_client' } }],
    ['401 without a word', { status: 401 }],
    ['401 with a page', { status: 401, headers: { 'content-type': 'text/html' }, body: '<h1>Unauthorized</h1>' }],
    ['401 with a challenge', { status: 401, headers: { 'www-authenticate': 'Basic error="invalid_client"' } }],
  ])('(%s) the secret is asked for again, at once, and the request sent with it', async (_title, answer) => {
    const source = inTurn('old', 'new', 'newer');
    const { server, clock, ask } = await startAsking(() => ({ authenticate: clientSecretBasic(source) }));
    server.respondOnce(answer);
    await ask();
    expect(secretsOf(server.requests)).toEqual(['old', 'new']);
    expect(source.asked).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it('the same secret is not sent again', async () => {
    const source = inTurn('same');
    const { server, ask } = await startAsking(() => ({ authenticate: clientSecretBasic(source) }));
    server.respondOnce(invalidClient);
    expect(await failureOf(ask())).toMatchObject({
      code: 'token_request_refused',
      server: { error: 'invalid_client' },
    });
    expect(server.requests).toHaveLength(1);
    expect(source.asked).toBe(2);
  });

  it('a secret that is a text is not sent again', async () => {
    const { server, ask } = await startAsking();
    server.respondOnce(invalidClient);
    expect((await failureOf(ask())).code).toBe('token_request_refused');
    expect(server.requests).toHaveLength(1);
  });

  it('a second refusal is the end', async () => {
    const source = inTurn('one', 'two', 'three', 'four');
    const { server, ask } = await startAsking(() => ({ authenticate: clientSecretBasic(source) }));
    server.respondWith(() => invalidClient);
    expect(await failureOf(ask())).toMatchObject({ server: { error: 'invalid_client' } });
    expect(secretsOf(server.requests)).toEqual(['one', 'two']);
    expect(source.asked).toBe(2);
  });

  it.each([
    ['400 invalid_grant', { status: 400, body: { error: 'invalid_grant' } }],
    ['401 with another code', { status: 401, body: { error: 'invalid_scope' } }],
    ['403', { status: 403 }],
    ['500', { status: 500 }],
  ])('which %s is not, no secret is asked for again', async (_title, answer) => {
    const source = inTurn('old', 'new');
    const { server, ask } = await startAsking(() => ({ authenticate: clientSecretPost(source) }));
    server.respondOnce(answer);
    await failureOf(ask());
    expect([server.requests.length, source.asked]).toEqual([1, 1]);
  });

  it('a secret that cannot be read again is what the error tells', async () => {
    let asked = 0;
    const source = () => {
      if ((asked += 1) === 1) return 'old';
      throw new Error('the vault is sealed');
    };
    const { server, ask } = await startAsking(() => ({ authenticate: clientSecretBasic(source) }));
    server.respondOnce(invalidClient);
    expect(await failureOf(ask())).toMatchObject({
      code: 'credential_unavailable',
      message: "client 'billing': its credentials could not be read: the vault is sealed",
    });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['that has changed is shown, and the request sent again', ['old', 'new'], 2],
    ['that is the same, read anew, changes nothing', ['same', 'same'], 1],
  ])('a certificate %s', async (_title, [first, second], sent) => {
    const read = inTurn(first ?? '', second ?? '', 'another');
    const certificate = () => ({ cert: Buffer.from(read()), key: Buffer.from('k') });
    const shown: string[] = [];
    const { server, ask } = await startAsking(() => ({
      authenticate: none(),
      prepare: async (value) => void shown.push((await value(certificate)).cert.toString()),
    }));
    server.respondOnce(invalidClient);
    await ask().catch(() => undefined);
    expect(server.requests).toHaveLength(sent);
    expect(shown).toEqual([first, second].slice(0, sent));
    expect(read.asked).toBe(2);
  });

  it('E28 an assertion by a new key is sent, with a jti of its own', async () => {
    const pem = () =>
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const source = inTurn(pem(), pem());
    const { server, ask } = await startAsking(() => ({ authenticate: privateKeyJwt(source) }));
    server.respondOnce(invalidClient);
    await ask();
    const ids = server.requests.map(({ parameters }) => decodeJwt(parameters.get('client_assertion') ?? '').jti);
    expect(new Set(ids).size).toBe(2);
    expect(source.asked).toBe(2);
  });

  it('E28 an assertion by the same key is not made again', async () => {
    const { server, ask } = await startAsking(() => ({ authenticate: clientSecretJwt(() => 'x'.repeat(32)) }));
    server.respondOnce(invalidClient);
    await failureOf(ask());
    expect(server.requests).toHaveLength(1);
  });
});

describe('E51 a discovered token endpoint', () => {
  const start = () => startAsking(({ issuer }) => ({ issuer, tokenEndpoint: undefined }));
  const movedTo = (issuer: string, path: string) => ({ status: 200, body: { issuer, token_endpoint: issuer + path } });

  it.each([404, 405, 301, 302, 307, 308])('that answers %d has moved: the new one is asked', async (status) => {
    const { server, ask } = await start();
    // The old address is the one with the query.
    server.discovery.respondOnce(movedTo(server.issuer, '/token?old'));
    server.respondWith(({ path }) => (path === '/token?old' ? { status, headers: { location: '/x' } } : undefined));
    await ask();
    await ask();
    expect(server.requests.map(({ path }) => path)).toEqual(['/token?old', '/token', '/token']);
    expect(server.discovery.requests).toHaveLength(2);
  });

  it('that answers 404 and has not moved is not asked again', async () => {
    const { server, ask } = await start();
    server.respondWith(() => ({ status: 404 }));
    expect(await failureOf(ask())).toMatchObject({ code: 'token_request_refused', server: { status: 404 } });
    expect(server.requests).toHaveLength(1);
    expect(server.discovery.requests).toHaveLength(2);
  });

  it('that moves again and again is followed once', async () => {
    const { server, ask } = await start();
    let count = 0;
    server.discovery.respondWith(() => movedTo(server.issuer, `/token?${(count += 1)}`));
    server.respondWith(() => ({ status: 404 }));
    expect((await failureOf(ask())).message).toContain('/token answered 404');
    expect(server.requests.map(({ path }) => path)).toEqual(['/token?1', '/token?2']);
  });

  it('whose issuer is gone too is told by that', async () => {
    const { server, ask } = await start();
    await ask();
    server.respondOnce({ status: 404 });
    server.discovery.respondWith(() => ({ status: 404 }));
    expect((await failureOf(ask())).code).toBe('discovery_failed');
    server.discovery.respondWith(undefined);
    await ask();
  });

  it.each([400, 401, 403, 500, 503])('that answers %d is where it was', async (status) => {
    const { server, ask } = await start();
    server.respondOnce({ status });
    await failureOf(ask());
    expect(server.discovery.requests).toHaveLength(1);
  });

  it('is looked for again once, for all who found it gone', async () => {
    const { server, ask } = await start();
    server.discovery.respondOnce(movedTo(server.issuer, '/token?old'));
    server.respondWith(({ path }) => (path === '/token?old' ? { status: 404 } : undefined));
    const gate = server.hold(20);
    const asking = Array.from({ length: 20 }, () => ask());
    await server.waitForRequests(20);
    gate.release();
    await Promise.all(asking);
    expect(server.discovery.requests).toHaveLength(2);
    expect(server.requests).toHaveLength(40);
  });

  it('is looked for again once, by those who learn it in the same moment', async () => {
    const { server, ask } = await startAsking(({ issuer }) => ({
      issuer,
      tokenEndpoint: undefined,
      // Refuses in the same microtask all who ask, which no network does.
      fetch: (url, init) =>
        new Request(url).url.endsWith('?old') ? Promise.resolve(new Response(null, { status: 404 })) : fetch(url, init),
    }));
    server.discovery.respondOnce(movedTo(server.issuer, '/token?old'));
    await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(server.discovery.requests).toHaveLength(2);
  });

  it('that the options give is the one, whatever it answers', async () => {
    const { server, ask } = await startAsking(({ issuer }) => ({ issuer }));
    server.respondOnce({ status: 404 });
    expect((await failureOf(ask())).server?.status).toBe(404);
    expect(server.discovery.requests).toHaveLength(0);
    expect(server.requests).toHaveLength(1);
  });
});

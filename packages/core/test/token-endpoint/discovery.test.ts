import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { TokenRequestError } from '../../src/errors.ts';
import { verdictOf } from '../../src/tokens/verdict.ts';
import { deferred, failureOf, serve, startAsking } from './asking.ts';

const remedy = 'Check issuer (to the letter, a slash at the end counts), or give tokenEndpoint instead';
const notThere = 'Check the issuer’s address, and that the server runs';
const discover = (path = '', more = {}) =>
  startAsking(({ issuer }) => ({ issuer: issuer + path, tokenEndpoint: undefined, ...more }));

/** An authorization server whose documents are served by this function of the path, and tokens at /token. */
async function issuerWith(documents: (path: string, origin: string) => object | undefined) {
  const paths: string[] = [];
  const origin: string = await serve((request, response) => {
    const path = request.url ?? '';
    paths.push(path);
    const found = path === '/token' ? { access_token: 'found', expires_in: 60 } : documents(path, origin);
    response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found));
  });
  return { origin, paths };
}

describe('discovery', () => {
  it('finds the token endpoint when it is first needed, and keeps it', async () => {
    const { server, ask } = await discover();
    expect(server.discovery.requests).toHaveLength(0);
    await ask();
    await ask();
    expect(server.requests).toHaveLength(2);
    expect(server.discovery.requests).toHaveLength(1);
    expect(server.discovery.requests[0]).toMatchObject({
      method: 'GET',
      path: '/.well-known/openid-configuration',
      headers: { accept: 'application/json' },
    });
    expect(server.discovery.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('E11 asks once for all that are cold at the same time', async () => {
    const { server, ask } = await discover();
    const gate = server.discovery.hold();
    const asked = [ask(), ask()];
    await server.discovery.waitForRequests(1);
    gate.release();
    await Promise.all(asked);
    expect(server.discovery.requests).toHaveLength(1);
  });

  it.each([404, 301, 403, 500])('E51 tries the other well-known address where one answers %d', async (status) => {
    const { server, ask } = await discover();
    server.discovery.respondOnce({ status, headers: { location: '/token' }, body: 'not here' });
    await ask();
    expect(server.discovery.requests.map(({ path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
    ]);
  });

  it('puts the path of an issuer behind one well-known address, and before the other', async () => {
    const { origin, paths } = await issuerWith((path, own) =>
      path.startsWith('/.well-known') ? { issuer: `${own}/realm/a`, token_endpoint: `${own}/token` } : undefined,
    );
    const { ask } = await startAsking(() => ({ issuer: `${origin}/realm/a`, tokenEndpoint: undefined }));
    expect((await ask()).value).toBe('found');
    expect(paths).toEqual([
      '/realm/a/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/realm/a',
      '/token',
    ]);
  });

  it('is not needed where the token endpoint is given', async () => {
    const { server, ask } = await startAsking(({ issuer }) => ({ issuer }));
    await ask();
    expect(server.discovery.requests).toHaveLength(0);
  });

  it('takes an issuer with and without the slash of an empty path for the same', async () => {
    const { server, ask } = await discover('/');
    await ask();
    expect(server.requests).toHaveLength(1);
  });

  it('takes JSON of any content type, and with a byte order mark', async () => {
    const { server, ask } = await discover();
    const body = `\ufeff${JSON.stringify({ issuer: server.issuer, token_endpoint: server.tokenEndpoint })}`;
    server.discovery.respondOnce({ status: 200, headers: { 'content-type': 'text/html' }, body });
    await ask();
    expect(server.requests).toHaveLength(1);
  });
});

describe('metadata', () => {
  const failing = async (metadata: (issuer: string) => Record<string, unknown> | string) => {
    const { server, ask } = await discover();
    server.discovery.respondOnce({ status: 200, body: metadata(server.issuer) });
    const error = await failureOf(ask());
    expect(error).toBeInstanceOf(TokenRequestError);
    expect(error).toMatchObject({ code: 'discovery_failed', client: 'billing', status: 502 });
    const start = `client 'billing': the issuer '${server.issuer}' `;
    expect(error.message.startsWith(start)).toBe(true);
    expect(error.message.endsWith(`. ${remedy}`)).toBe(true);
    expect(server.requests).toHaveLength(0);
    return error.message.slice(start.length, -remedy.length - 2).replaceAll(server.issuer, 'ISSUER');
  };

  it('E41 of another issuer is refused, by both names', async () => {
    const other = await failing(() => ({ issuer: 'https://evil.example', token_endpoint: 'https://evil.example/t' }));
    expect(other).toBe("calls itself 'https://evil.example' in its metadata");
  });

  it('E51 of an issuer that differs by a slash is refused, by both names', async () => {
    const { origin } = await issuerWith((_path, own) => ({ issuer: `${own}/a/`, token_endpoint: `${own}/token` }));
    const { ask } = await startAsking(() => ({ issuer: `${origin}/a`, tokenEndpoint: undefined }));
    expect((await failureOf(ask())).message).toContain(
      `the issuer '${origin}/a' calls itself '${origin}/a/' in its metadata`,
    );
  });

  it.each([
    ['nothing', undefined, 'names no issuer in its metadata'],
    ['null', null, 'names no issuer in its metadata'],
    ['a list', [], 'names no issuer in its metadata'],
    ['no URL', 'idp', "calls itself 'idp' in its metadata"],
    ['lines', 'https://a\r\nb', "calls itself 'https://a b' in its metadata"],
    ['a long text', 'x'.repeat(1_000), `calls itself '${'x'.repeat(200)}' in its metadata`],
  ])('E41 that names %s for its issuer is refused', async (_title, issuer, message) => {
    expect(await failing((own) => ({ issuer, token_endpoint: `${own}/token` }))).toBe(message);
  });

  it.each([['/token'], ['//idp.example/token'], [''], [undefined], [null], [7]])(
    'E41 with %o for its token endpoint is refused',
    async (token_endpoint) => {
      expect(await failing((issuer) => ({ issuer, token_endpoint }))).toBe('names no absolute token_endpoint');
    },
  );

  it.each(['http://idp.example/token', 'ftp://idp.example/token'])('E24 with %s is refused', async (token_endpoint) => {
    expect(await failing((issuer) => ({ issuer, token_endpoint }))).toBe(
      'names a token_endpoint that does not begin with https://',
    );
  });

  it('E24 with a token endpoint in the clear is taken by the ugly switch alone', async () => {
    const asked: string[] = [];
    const { server, ask } = await discover('', {
      allowInsecureRequests: true,
      fetch: (input: string, init: RequestInit) => {
        asked.push(input);
        return input === 'http://idp.example/token'
          ? Promise.resolve(Response.json({ access_token: 'a' }))
          : fetch(input, init);
      },
    });
    server.discovery.respondOnce({
      status: 200,
      body: { issuer: server.issuer, token_endpoint: 'http://idp.example/token' },
    });
    await ask();
    expect(asked.at(-1)).toBe('http://idp.example/token');
  });

  it.each(['<html>', '', '[]', '"text"', 'null', '{', '{"issuer":', ' '.repeat(1_048_577)])(
    'E41 that is no JSON object is refused: %.20s',
    async (body) => {
      expect(await failing(() => body)).toBe('answered with something else than a JSON object');
    },
  );

  it('E40 nested beyond all reason is only looked at for what is needed', async () => {
    const { server, ask } = await discover();
    const depth = 200_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const body = `{"issuer":"${server.issuer}","x":${nested},"token_endpoint":"${server.tokenEndpoint}"}`;
    server.discovery.respondOnce({ status: 200, body });
    await ask();
    expect(server.requests).toHaveLength(1);
  });
});

describe('an issuer that', () => {
  it('E41 has no metadata is told so, and asked again next time', async () => {
    const { server, ask } = await discover();
    server.discovery.respondOnce({ status: 401 });
    server.discovery.respondOnce({ status: 404 });
    const error = await failureOf(ask());
    expect(error).toMatchObject({
      code: 'discovery_failed',
      message: `client 'billing': the issuer '${server.issuer}' answered 401 and 404 at its two well-known addresses. ${remedy}`,
    });
    await ask();
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [503, 404],
    [404, 500],
  ])('E41 answers %d and %d is told to be at fault itself', async (openid, oauth) => {
    const { server, ask } = await discover();
    server.discovery.respondOnce({ status: openid });
    server.discovery.respondOnce({ status: oauth });
    expect((await failureOf(ask())).message).toBe(
      `client 'billing': the issuer '${server.issuer}' answered ${openid} and ${oauth} at its two well-known addresses. The fault is on the server’s side`,
    );
  });

  it('is not there is told by the system’s code', async () => {
    const { server, clock, ask } = await discover();
    await server.close();
    expect(await failureOf(ask())).toMatchObject({
      code: 'discovery_failed',
      message: `client 'billing': the issuer '${server.issuer}' cannot be reached (ECONNREFUSED). ${notThere}`,
      cause: { cause: { code: 'ECONNREFUSED' } },
    });
    expect(clock.pending).toBe(0);
  });

  it('E41 redirects is not followed', async () => {
    const { origin, paths } = await issuerWith((path, own) =>
      path === '/elsewhere' ? { issuer: own, token_endpoint: `${own}/token` } : undefined,
    );
    const { server, ask } = await discover();
    server.discovery.respondWith(() => ({ status: 302, headers: { location: `${origin}/elsewhere` } }));
    expect((await failureOf(ask())).message).toContain('answered 302 and 302 at its two well-known addresses');
    expect(paths).toEqual([]);
  });

  it('E41 cannot be asked for a reason without a code is told by its words', async () => {
    const { ask } = await discover('', { fetch: () => Promise.reject(new Error('no proxy')) });
    expect((await failureOf(ask())).message).toContain(`cannot be reached (no proxy). ${notThere}`);
  });

  it('E41 never ends its answer is let go of after requestTimeout', async () => {
    const arrived = deferred<ServerResponse>();
    const origin = await serve((_request, response) => {
      response.writeHead(200).write('{');
      arrived.resolve(response);
    });
    const { clock, ask } = await startAsking(() => ({ issuer: origin, tokenEndpoint: undefined }));
    const asking = failureOf(ask());
    const closed = once(await arrived.promise, 'close');
    await clock.advance(4_000);
    await asking;
    await closed;
    expect(clock.pending).toBe(0);
  });

  it('E41 never answers holds those who came later no longer than the first', async () => {
    const { server, clock, ask } = await discover();
    server.discovery.respondOnce({ fault: 'hang' });
    const first = failureOf(ask());
    await server.discovery.waitForRequests(1);
    await clock.advance(3_000);
    const second = failureOf(ask());
    await clock.advance(1_000);
    expect((await first).code).toBe('token_request_timeout');
    expect(await second).toMatchObject({
      code: 'discovery_failed',
      message: `client 'billing': the issuer '${server.issuer}' did not answer within 4 s (requestTimeout). ${notThere}`,
    });
    expect(clock.pending).toBe(0);
  });

  it.each(['reset', 'truncate'] as const)('E41 cuts the connection (%s) is as one that is not there', async (fault) => {
    const { server, ask } = await discover();
    server.discovery.respondOnce({ fault });
    const error = await failureOf(ask());
    expect(error.code).toBe('discovery_failed');
    expect(error.message).toMatch(/cannot be reached \((ECONNRESET|UND_ERR_SOCKET)\)/);
  });

  it('E41 never answers is waited for no longer than requestTimeout', async () => {
    const { server, clock, ask } = await discover();
    server.discovery.respondOnce({ fault: 'hang' });
    const asking = failureOf(ask());
    await server.discovery.waitForRequests(1);
    await clock.advance(4_000);
    expect(await asking).toMatchObject({
      code: 'token_request_timeout',
      status: 504,
      message: `client 'billing': no token from ${server.issuer} within 4 s (requestTimeout). Check its address and the network in between, or raise requestTimeout`,
    });
    expect(clock.pending).toBe(0);
    await ask();
  });

  it('E41 sends pages instead of metadata has its connections freed', async () => {
    const cancelled: string[] = [];
    const { ask } = await discover('', {
      fetch: (input: string) => {
        const cancel = () => void cancelled.push(new URL(input).pathname);
        return Promise.resolve(new Response(new ReadableStream({ cancel }), { status: 404 }));
      },
    });
    await failureOf(ask());
    expect(cancelled).toEqual(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']);
  });
});

describe('E42 an issuer that asks to be left in peace', () => {
  it.each([
    [{ status: 429, headers: { 'retry-after': '7' } }, { status: 404 }, 429],
    [{ status: 404 }, { status: 503, headers: { 'retry-after': '7' } }, 503],
  ])('is heard at either of its addresses', async (openid, oauth, status) => {
    const { server, ask } = await discover();
    server.discovery.respondOnce(openid);
    server.discovery.respondOnce(oauth);
    expect(await failureOf(ask())).toMatchObject({ code: 'discovery_failed', retryAfter: 7, server: { status } });
  });
});

it('metadata that are no good are an answer: nobody takes them for trouble that passes', async () => {
  const { server, ask } = await discover();
  for (const body of ['no JSON', { issuer: 'https://another.example' }, { issuer: server.issuer }]) {
    server.discovery.respondOnce({ body });
    const error = await failureOf(ask());
    expect(error).toMatchObject({ code: 'discovery_failed', server: { status: 200 } });
    expect(verdictOf(error)).toBe('unusable');
  }
});

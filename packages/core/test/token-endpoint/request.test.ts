import { UnsecuredJWT } from 'jose';
import { exposedSecrets } from '@outbound-auth/testing';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import type { GrantRequest } from '../../src/token-endpoint/token-endpoint.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { TokenRequestError } from '../../src/errors.ts';
import { deferred, failureOf, plainRequest, secret, serve, startAsking } from './asking.ts';

describe('a token request', () => {
  it('is a form by POST, with the client’s credentials', async () => {
    const { server, ask } = await startAsking();
    await ask();
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/token', body: 'grant_type=client_credentials' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
      accept: 'application/json',
    });
    expect(request?.headers['authorization']).toMatch(/^Basic /);
  });

  it('carries every parameter, the repeated ones too', async () => {
    const { server, ask } = await startAsking();
    await ask({
      scope: 'a b',
      audience: ['https://api.example/', 'other'],
      resource: ['urn:a', 'urn:b'],
      parameters: [
        ['tenant', 'sieben & acht'],
        ['x', '1'],
        ['x', '2'],
      ],
    });
    expect([...(server.requests[0]?.parameters ?? [])].sort()).toEqual([
      ['audience', 'https://api.example/'],
      ['audience', 'other'],
      ['grant_type', 'client_credentials'],
      ['resource', 'urn:a'],
      ['resource', 'urn:b'],
      ['scope', 'a b'],
      ['tenant', 'sieben & acht'],
      ['x', '1'],
      ['x', '2'],
    ]);
  });

  it('carries the grant type and the parameters of its grant', async () => {
    const { server, endpoint } = await startAsking();
    await endpoint.request('urn:example:grant', plainRequest, {
      fill: ({ body }) => body.set('assertion', 'abc'),
    });
    expect(server.requests[0]?.body).toBe('grant_type=urn%3Aexample%3Agrant&assertion=abc');
  });

  it('keeps the query of the token endpoint, and shows it in no error', async () => {
    const { server, ask } = await startAsking(({ tokenEndpoint }) => ({
      tokenEndpoint: new URL(`${tokenEndpoint}?key=in-the-query`),
    }));
    server.respondOnce({ status: 500 });
    const error = await failureOf(ask());
    expect(server.requests[0]?.path).toBe('/token?key=in-the-query');
    expect(exposedSecrets(error, ['in-the-query'])).toEqual([]);
  });

  it('looks up fetch for each request', async () => {
    const mock = vi.fn(async () => Response.json({ access_token: 'mocked', expires_in: 60 }));
    const { server, ask } = await startAsking(() => ({ fetch: (input, init) => globalThis.fetch(input, init) }));
    await ask();
    vi.stubGlobal('fetch', mock);
    try {
      expect((await ask()).value).toBe('mocked');
    } finally {
      vi.unstubAllGlobals();
    }
    expect(server.requests).toHaveLength(1);
  });
});

describe('a token', () => {
  it('E04 lives from the moment its request was sent, not from the answer, nor from before the credentials', async () => {
    const { server, clock, ask } = await startAsking(() => ({
      authenticate: async () => {
        await clock.advance(300);
      },
    }));
    const sentAt = clock.now() + 300;
    const gate = server.hold();
    const asking = ask();
    await server.waitForRequests(1);
    await clock.advance(3_000);
    gate.release();
    expect(await asking).toMatchObject({ obtainedAt: sentAt, expiresAt: sentAt + 3_600_000 });
  });

  it('leaves no timer behind', async () => {
    const { clock, ask } = await startAsking();
    await ask();
    expect(clock.pending).toBe(0);
  });
});

describe('a token endpoint that', () => {
  it('is not there is told by the system’s code', async () => {
    const { server, clock, ask } = await startAsking();
    await server.close();
    const error = await failureOf(ask());
    expect(error).toBeInstanceOf(TokenRequestError);
    expect(error).toMatchObject({
      code: 'token_endpoint_unreachable',
      client: 'billing',
      status: 502,
      message: `client 'billing': the token endpoint ${server.tokenEndpoint} cannot be reached (ECONNREFUSED). Check its address, and that the server runs`,
      cause: { message: 'fetch failed', cause: { code: 'ECONNREFUSED' } },
    });
    expect(clock.pending).toBe(0);
  });

  it.each(['reset', 'truncate'] as const)('E40 cuts the connection (%s) is as one that is not there', async (fault) => {
    const { server, clock, ask } = await startAsking();
    server.respondOnce({ fault });
    const error = await failureOf(ask());
    expect(error.code).toBe('token_endpoint_unreachable');
    expect(error.message).toMatch(/cannot be reached \((ECONNRESET|UND_ERR_SOCKET)\)/);
    expect(clock.pending).toBe(0);
  });

  it('E40 never answers is waited for no longer than requestTimeout', async () => {
    const { server, clock, ask } = await startAsking(() => ({ requestTimeout: 1_500 }));
    server.respondOnce({ fault: 'hang' });
    const asking = failureOf(ask());
    await server.waitForRequests(1);
    await clock.advance(1_499);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await asking).toMatchObject({
      code: 'token_request_timeout',
      status: 504,
      client: 'billing',
      message: `client 'billing': no token from ${server.tokenEndpoint} within 1.5 s (requestTimeout). Check its address and the network in between, or raise requestTimeout`,
    });
    expect(clock.pending).toBe(0);
  });

  it('E40 answers byte by byte is cut off, and its connection with it', async () => {
    const arrived = deferred<ServerResponse>();
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      arrived.resolve(response);
    });
    const { clock, ask } = await startAsking(() => ({ tokenEndpoint: new URL(origin) }));
    const asking = failureOf(ask());
    const response = await arrived.promise;
    const closed = once(response, 'close');
    response.write('"access_token"');
    await clock.advance(4_000);
    expect(await asking).toMatchObject({ code: 'token_request_timeout' });
    await closed;
    expect(clock.pending).toBe(0);
  });

  it('E40 never stops answering is cut off at 1 MiB, and its connection with it', async () => {
    let sent = 0;
    const closed = deferred<undefined>();
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(65_536, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', more).on('close', () => closed.resolve(undefined));
      more();
    });
    const { ask } = await startAsking(() => ({ tokenEndpoint: new URL(origin) }));
    expect(await failureOf(ask())).toMatchObject({
      code: 'invalid_token_response',
      message: `client 'billing': the token response of ${origin}/ is longer than 1 MiB. Check tokenEndpoint, and what the server is set up to issue`,
    });
    await closed.promise;
    expect(sent).toBeLessThan(16 * 1_048_576);
  });

  it('redirects is not followed with credentials', async () => {
    const { server, ask } = await startAsking();
    for (const status of [300, 301, 302, 303, 307, 308]) {
      server.respondOnce({ status, headers: { location: '/token' } });
      expect(await failureOf(ask())).toMatchObject({
        code: 'token_endpoint_failed',
        client: 'billing',
        server: { status },
        message: `client 'billing': the token endpoint ${server.tokenEndpoint} answered ${status}, a redirect, which is never followed with credentials. Give the address that it leads to as tokenEndpoint`,
      });
    }
    expect(server.requests).toHaveLength(6);
  });
});

describe('E25 a secret', () => {
  const forms = {
    'as it is': secret,
    'as the Basic header': `Basic ${Buffer.from(`orders:${new URLSearchParams([['', secret]]).toString().slice(1)}`).toString('base64')}`,
    'as credentials, without the scheme': Buffer.from(
      `orders:${new URLSearchParams([['', secret]]).toString().slice(1)}`,
    ).toString('base64'),
    'decoded from Base64 alone': `orders:${new URLSearchParams([['', secret]]).toString().slice(1)}`,
    'for a URL': encodeURIComponent(secret),
    'for JSON': JSON.stringify(secret),
    'in Base64': Buffer.from(secret).toString('base64'),
  };

  it.each(Object.entries(forms))('that the server echoes %s is in no error', async (_form, echo) => {
    const { server, ask } = await startAsking();
    const bodies = [
      { error: 'invalid_client', error_description: `unknown: ${echo}` },
      { error: `invalid_client ${echo}` },
      { error: { message: echo }, message: `unknown ${echo} ` },
      { errorCode: 'E1', errorSummary: `${'x'.repeat(480)} ${echo}` },
      `unknown: ${echo}`,
    ];
    for (const body of bodies) {
      server.respondOnce({ status: 401, headers: { 'content-type': 'text/plain', 'x-echo': encodeURI(echo) }, body });
      const error = await failureOf(ask());
      const [, credentials = ''] = server.requests[0]?.headers['authorization']?.split(' ') ?? [];
      expect(credentials.length).toBeGreaterThan(20);
      expect(exposedSecrets(error, [secret, credentials])).toEqual([]);
      expect(exposedSecrets(structuredClone(error), [secret, credentials])).toEqual([]);
      expect(exposedSecrets(error.copy(), [secret, credentials])).toEqual([]);
      expect(error.message).toContain('redacted');
    }
  });

  it('that an HTML page names as its type is in no error', async () => {
    const { server, ask } = await startAsking();
    server.respondOnce({ status: 200, headers: { 'content-type': `text/${encodeURIComponent(secret)}` }, body: '<p>' });
    const error = await failureOf(ask());
    expect(error.message).toContain('answered 200 with text/[redacted]');
    expect(exposedSecrets(error, [secret])).toEqual([]);
  });

  it('that a failing fetch tells of is in no error', async () => {
    const { ask } = await startAsking(() => ({
      fetch: (_input, init) => {
        const headers: unknown = init?.headers;
        const cause = Object.assign(new Error(`sent ${JSON.stringify(headers)}`), { headers, code: 'EPROXY' });
        return Promise.reject(Object.assign(new TypeError('fetch failed', { cause }), { init }));
      },
    }));
    const error = await failureOf(ask());
    expect(error.message).toContain('cannot be reached (EPROXY)');
    const credentials = Buffer.from(`orders:${encodeURIComponent(secret).replaceAll('%20', '+')}`).toString('base64');
    expect(inspect(error.cause)).toContain('"authorization":"[redacted]"');
    expect(exposedSecrets(error, [secret, credentials])).toEqual([]);
  });

  it('in the body, in a header, or among the parameters is in no error', async () => {
    const { server, ask } = await startAsking(() => ({
      authenticate: async (request) => {
        await clientSecretPost(secret)(request);
        request.headers.set('x-api-key', 'the-api-key');
        request.body.set('client_assertion', 'the-assertion');
      },
    }));
    const body = {
      error: 'no',
      error_description: `${secret} the-api-key the-assertion the-password the-assertion-2 urn:a`,
    };
    server.respondOnce({ status: 400, body });
    const error = await failureOf(
      ask(
        { parameters: [['password', 'the-password']], resource: ['urn:a'] },
        {
          fill: ({ body }) => body.set('assertion', 'the-assertion-2'),
        },
      ),
    );
    expect(error.server?.errorDescription).toBe('[redacted] [redacted] [redacted] [redacted] [redacted] urn:a');
  });

  it('is all that is taken out: what the protocol tells openly stays', async () => {
    const open = {
      actor_token_type: 'type-of-actor',
      client_assertion_type: 'type-of-assertion',
      redirect_uri: 'https://app.example/cb',
      requested_token_type: 'type-requested',
      requested_token_use: 'on_behalf_of',
      subject_token_type: 'type-of-subject',
    };
    const { server, ask } = await startAsking(() => ({
      clientId: 'orders-service',
      authenticate: ({ body, clientId }) => body.set('client_id', clientId),
    }));
    const told = [
      'urn:a',
      'https://api.example',
      'read:all',
      'orders-service',
      'client_credentials',
      'application/json',
    ];
    const description = [...told, ...Object.values(open)].join(' ');
    server.respondOnce({ status: 400, body: { error_description: description } });
    const filled: GrantRequest = {
      fill: ({ body }) => {
        for (const [name, value] of Object.entries(open)) body.set(name, value);
      },
    };
    const parameters = { resource: ['urn:a'], audience: ['https://api.example'], scope: 'read:all' };
    expect((await failureOf(ask(parameters, filled))).server?.errorDescription).toBe(description);
  });

  it('that was issued beside an error is in no error', async () => {
    const { server, ask } = await startAsking();
    const tokens = { access_token: 'the-access-token', refresh_token: 'the-refresh-token', id_token: 'the-id-token' };
    server.respondOnce({
      status: 200,
      body: { ...tokens, error: 'odd', error_description: `issued ${Object.values(tokens).join(' ')}` },
    });
    const error = await failureOf(ask());
    expect(error.server?.errorDescription).toBe('issued [redacted] [redacted] [redacted]');
    expect(exposedSecrets(error, Object.values(tokens))).toEqual([]);
  });

  it('of the credentials is not visible in the endpoint', async () => {
    const { endpoint, ask } = await startAsking();
    await ask();
    expect(exposedSecrets(endpoint, [secret])).toEqual([]);
  });
});

describe('row "attempts": a token request', () => {
  it('takes 4 s, or what is left of its callers’ time if that is less, and says which', async () => {
    const { server, clock, ask } = await startAsking();
    const failAfter = async (left: number, took: number): Promise<string> => {
      server.respondOnce({ fault: 'hang' });
      const failed = failureOf(ask({ deadline: clock.now() + left }));
      await server.waitForRequests(server.requests.length + 1);
      await clock.advance(took);
      const error = await failed;
      expect(error.code).toBe('token_request_timeout');
      return error.message;
    };
    expect(await failAfter(10_000, 4_000)).toContain('within 4 s (requestTimeout)');
    expect(await failAfter(4_000, 4_000)).toContain('within 4 s (requestTimeout)');
    const message = await failAfter(1_500, 1_500);
    expect(message).toContain('within 1.5 s (what was left of waitTimeout)');
    expect(message).toContain('or raise waitTimeout');
    expect(clock.pending).toBe(0);
  });

  it('sends nothing once that time is over', async () => {
    const { server, clock, ask } = await startAsking();
    for (const deadline of [clock.now(), clock.now() - 1]) {
      expect((await failureOf(ask({ deadline }))).code).toBe('token_request_timeout');
    }
    expect(server.requests).toEqual([]);
  });

  it('tells that it is about to be sent, unless it is not', async () => {
    const { clock, ask } = await startAsking();
    const told: string[] = [];
    const sending = () => void told.push('sending');
    await failureOf(ask({ sending, deadline: clock.now() }));
    await failureOf(ask({ sending }, { subjectToken: new UnsecuredJWT({ exp: clock.now() / 1_000 - 1 }).encode() }));
    expect(told).toEqual([]);
    await ask({ sending });
    expect(told).toEqual(['sending']);
  });
});

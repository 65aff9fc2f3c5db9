import { exposedSecrets } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import type { OutboundAuthEvent } from '../../src/events.ts';
import type { OutgoingCall } from '../../src/outgoing/outgoing-call.ts';
import { oneAttempt } from '../one-attempt.ts';
import { apiKey, type Scene, startScene } from './scene.ts';

const invalid = { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } } as const;

/** Answers 401 to whatever comes. */
async function refusingScene(): Promise<Scene> {
  const scene = await startScene();
  scene.api.respondWith(() => ({ ...invalid, body: 'no' }));
  return scene;
}

const handedOn = (events: readonly OutboundAuthEvent[]) =>
  events.flatMap((event) => (event.type === 'unauthorized.handed_on' ? [event.reason] : []));

const covered = 'https://api.example/v2';

/** A `fetch` that answers calls to the covered address itself, by their number, and lets token requests through. */
function answering(answer: (sent: number) => Response): typeof fetch {
  let sent = 0;
  return async (input, init) => {
    if (!new Request(input).url.startsWith(covered)) return fetch(input, init);
    sent += 1;
    return answer(sent);
  };
}

describe('a call inside attachTo', () => {
  it('carries the token and the client’s headers', async () => {
    const { api, auth } = await startScene();
    expect((await auth.fetch(`${api.origin}/v2/invoices`)).status).toBe(200);
    const token = await auth.client('billing').getAccessToken();
    expect(api.requests[0]?.headers).toMatchObject({ authorization: token.authorization, 'x-api-key': apiKey });
  });

  it('is asked for its signal only where there is something to wait for', async () => {
    const { api, auth } = await startScene();
    let asked = 0;
    const call = (): OutgoingCall<Response> => ({
      url: new URL(`${api.origin}/v2/a`),
      method: 'GET',
      headers: new Headers(),
      body: 'none',
      redirect: 'follow',
      get signal() {
        asked += 1;
        return undefined;
      },
      transmit: (hop) => fetch(hop.url, { headers: hop.attached, redirect: 'manual' }),
      status: (response) => response.status,
      header: (response, name) => response.headers.get(name),
      discard: (response) => response.body?.cancel(),
    });
    expect((await auth.send(call())).status).toBe(200);
    expect(asked).toBe(1);
    for (let sent = 0; sent < 3; sent += 1) expect((await auth.send(call())).status).toBe(200);
    expect(asked).toBe(1);
  });

  it('reads a header’s function at each call', async () => {
    let count = 0;
    const { api, auth } = await startScene({ headers: { 'x-api-key': () => `key ${(count += 1)}` } });
    await auth.fetch(`${api.origin}/v2/a`);
    await auth.fetch(`${api.origin}/v2/a`);
    expect(api.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['key 1', 'key 2']);
  });

  it('is not sent when a header’s function fails', async () => {
    const { api, auth } = await startScene({
      headers: { 'x-api-key': () => Promise.reject(new Error('vault sealed')) },
    });
    await expect(auth.fetch(`${api.origin}/v2/a`)).rejects.toMatchObject({
      code: 'credential_unavailable',
      message: "client 'billing': the header x-api-key could not be read: vault sealed",
    });
    expect(api.requests).toHaveLength(0);
  });

  it('E50 is not sent when a header’s function hangs, and waits no longer than requestTimeout', async () => {
    let asked = (): void => undefined;
    const asking = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { api, auth, clock } = await startScene({
      headers: {
        'x-api-key': () => {
          asked();
          return new Promise(() => undefined);
        },
      },
    });
    const failing = expect(auth.fetch(`${api.origin}/v2/a`)).rejects.toMatchObject({
      code: 'credential_unavailable',
      message: "client 'billing': the header x-api-key could not be read: it did not come within 4 s (requestTimeout)",
    });
    await asking;
    await clock.advance(4_000);
    await failing;
    expect(api.requests).toHaveLength(0);
    expect(clock.pending).toBe(0);
    expect(auth.client('billing').peekAccessToken()).toBeDefined();
  });

  it('E25 is not sent with a header that cannot be one, and shows nothing of it', async () => {
    const { api, auth } = await startScene({ headers: { 'x-api-key': () => 'API-KEY-123\nEXTRA-456' } });
    const error: unknown = await auth.fetch(`${api.origin}/v2/a`).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'credential_unavailable' });
    expect(exposedSecrets(error, ['API-KEY-123', 'EXTRA-456'])).toEqual([]);
    expect(api.requests).toHaveLength(0);
  });

  it('row "no token to be had": is not sent without a token', async () => {
    const { server, api, auth } = await startScene(oneAttempt);
    server.respondWith(() => ({ status: 503 }));
    await expect(auth.fetch(`${api.origin}/v2/a`)).rejects.toMatchObject({
      code: 'token_endpoint_failed',
      server: { status: 503 },
      status: 503,
    });
    expect(api.requests).toHaveLength(0);
  });

  it('E23 leaves the caller’s own headers alone, in any case, and what the API says to them', async () => {
    const { server, api, auth } = await startScene();
    const response = await auth.fetch(`${api.origin}/v2/a`, {
      headers: { AUTHORIZATION: 'Bearer mine', 'X-Api-Key': 'mine' },
    });
    expect(response.status).toBe(401);
    expect(api.requests.map(({ headers }) => [headers['authorization'], headers['x-api-key']])).toEqual([
      ['Bearer mine', 'mine'],
    ]);
    expect(server.requests).toHaveLength(0);
  });

  it('E23 is refused with user info in its address', async () => {
    const { api, auth } = await startScene();
    const url = `${api.origin}/v2/a`.replace('//', '//user:password@');
    await expect(auth.fetch(url)).rejects.toMatchObject({ code: 'invalid_call', status: 500 });
    expect(api.requests).toHaveLength(0);
  });
});

describe('row "the resource answers 401": a 401', () => {
  it('E14 of 64 callers at once gets one new token, and all are sent again', async () => {
    const { server, api, events, auth } = await startScene();
    await auth.fetch(`${api.origin}/v2/a`);
    server.revokeAll();
    const gate = api.hold(64);
    const calls = Array.from({ length: 64 }, () => auth.fetch(`${api.origin}/v2/a`));
    await api.waitForRequests(65);
    gate.release();
    const responses = await Promise.all(calls);
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    expect(server.requests).toHaveLength(2);
    expect(api.requests).toHaveLength(1 + 64 + 64);
    expect(events.filter(({ type }) => type === 'token.rejected')).toHaveLength(1);
  });

  it('E15 for a token that was replaced meanwhile is sent again with the present one', async () => {
    const { server, api, auth } = await startScene();
    await auth.fetch(`${api.origin}/v2/a`);
    server.revokeAll();
    const gate = api.hold(1);
    const late = auth.fetch(`${api.origin}/v2/late`);
    await api.waitForRequests(2);
    expect((await auth.fetch(`${api.origin}/v2/quick`)).status).toBe(200);
    expect(server.requests).toHaveLength(2);
    gate.release();
    expect((await late).status).toBe(200);
    expect(server.requests).toHaveLength(2);
  });

  it('E16 to the second send is handed on as it came', async () => {
    const { server, api, events, auth } = await refusingScene();
    const response = await auth.fetch(`${api.origin}/v2/a`);
    expect([response.status, await response.text()]).toEqual([401, 'no']);
    expect(api.requests).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
    expect(handedOn(events)).toEqual(['again']);
  });

  it('E16 that never ends costs two token requests for 192 calls', async () => {
    const { server, api, auth } = await refusingScene();
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 64 }, () => auth.fetch(`${api.origin}/v2/a`)));
    }
    expect(server.requests).toHaveLength(2);
  });

  it('E16 that never ends costs five token requests in a minute', async () => {
    const { server, api, clock, events, auth } = await refusingScene();
    for (let second = 0; second < 60; second += 1) {
      await auth.fetch(`${api.origin}/v2/a`);
      await clock.advance(1_000);
    }
    expect(server.requests).toHaveLength(5);
    expect(new Set(handedOn(events))).toEqual(new Set(['again', 'brake']));
  });

  it('E16 puts the brake on at the second refusal, not at the next call', async () => {
    const { server, api, clock, auth } = await refusingScene();
    const tokenRequests: number[] = [];
    for (const wait of [0, 4_000, 1_000, 5_000, 5_000]) {
      await clock.advance(wait);
      await auth.fetch(`${api.origin}/v2/a`);
      tokenRequests.push(server.requests.length);
    }
    // On from 0 to 5 s, then from 5 to 15 s.
    expect(tokenRequests).toEqual([2, 2, 3, 3, 4]);
  });

  it('E16 of one address is no storm because another one behind the prefix is healthy', async () => {
    const { server, api, auth } = await startScene();
    api.respondWith(({ path }) => (path.startsWith('/v2/bad') ? invalid : undefined));
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(['bad', 'good', 'bad', 'good'].map((path) => auth.fetch(`${api.origin}/v2/${path}`)));
    }
    expect(server.requests).toHaveLength(2);
  });

  it('E19 whose body breaks off is cured all the same', async () => {
    const broken = new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('cut')) }), {
      status: 401,
    });
    await broken.text().catch(() => undefined);
    const { auth } = await startScene(
      { attachTo: [covered] },
      { fetch: answering((sent) => (sent === 1 ? broken : new Response())) },
    );
    expect((await auth.fetch(`${covered}/a`)).status).toBe(200);
  });

  it('E16 under streams that cannot be sent again does not cost a token a call either', async () => {
    const { server, api, auth } = await refusingScene();
    for (let call = 0; call < 10; call += 1) {
      const body = new Blob(['x']).stream();
      await auth.fetch(`${api.origin}/v2/a`, { method: 'POST', body, duplex: 'half' });
    }
    expect(server.requests).toHaveLength(2);
    expect(api.requests).toHaveLength(10);
  });

  it('E16 brakes tokens that are over on arrival too, of which none is kept', async () => {
    const { server, api, auth, clock } = await refusingScene();
    let count = 0;
    server.respondWith(() => ({
      body: { access_token: `token-${(count += 1)}`, token_type: 'Bearer', expires_in: 0 },
    }));
    for (let call = 0; call < 10; call += 1) await auth.fetch(`${api.origin}/v2/a`);
    // One for each call, and one for the first 401.
    expect(server.requests).toHaveLength(11);
    await clock.advance(5_000);
    await auth.fetch(`${api.origin}/v2/a`);
    expect(server.requests).toHaveLength(13);
  });

  it('E15 of a token that was not kept has one other asked for, by all of its waiters together', async () => {
    const { server, api, auth, events } = await startScene();
    server.respondOnce({ body: { access_token: 'over on arrival', token_type: 'Bearer', expires_in: 0 } });
    const statuses = await Promise.all(Array.from({ length: 20 }, () => auth.fetch(`${api.origin}/v2/a`)));
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(server.requests).toHaveLength(2);
    expect(handedOn(events)).toEqual([]);
  });

  it('E16 brakes one prefix alone: another API of the client is not held by it', async () => {
    const { server, api, auth } = await startScene((origin) => ({ attachTo: [`${origin}/v2`, `${origin}/v2/bad`] }));
    api.respondWith(({ path }) => (path.startsWith('/v2/bad') ? invalid : undefined));
    await auth.fetch(`${api.origin}/v2/bad/a`);
    await auth.fetch(`${api.origin}/v2/bad/b`);
    expect(server.requests).toHaveLength(2);
    server.revokeAll();
    expect((await auth.fetch(`${api.origin}/v2/good`)).status).toBe(200);
    expect(server.requests).toHaveLength(3);
  });

  it('row "401 that isn’t about the token": E17 is handed on when it asks for more scope, and the token stays', async () => {
    const { server, api, events, auth } = await startScene();
    api.respondOnce({ status: 401, headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' } });
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    expect(server.requests).toHaveLength(1);
    expect(handedOn(events)).toEqual(['not_about_the_token']);
  });

  it('row "403": E17 is handed on and never renews', async () => {
    const { server, api, auth } = await startScene();
    api.respondWith(() => ({ status: 403, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }));
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(403);
    expect([server.requests.length, api.requests.length]).toEqual([1, 1]);
  });

  it.each([
    ['401 for Basic', new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="proxy"' } })],
    ['407', new Response(null, { status: 407 })],
  ])('E46 is handed on when it is not about the token: %s', async (_what, answer) => {
    // By a fetch of the user's own: the built-in one makes a network error of a 407.
    const { server, auth } = await startScene(
      { attachTo: [covered] },
      { fetch: answering((sent) => (sent === 1 ? answer : new Response())) },
    );
    expect(await auth.fetch(`${covered}/a`)).toBe(answer);
    expect((await auth.fetch(`${covered}/a`)).status).toBe(200);
    expect(server.requests).toHaveLength(1);
  });

  it('is handed on when no other token can be had', async () => {
    const { server, api, events, auth } = await startScene(oneAttempt);
    await auth.fetch(`${api.origin}/v2/a`);
    server.revokeAll();
    server.respondWith(() => ({ status: 503 }));
    const response = await auth.fetch(`${api.origin}/v2/a`);
    expect(response.status).toBe(401);
    expect(response.bodyUsed).toBe(false);
    expect(handedOn(events)).toEqual(['no_other_token']);
  });

  it('is handed on when the server gives the refused token again', async () => {
    const { server, api, events, auth } = await refusingScene();
    server.respondWith(() => ({ body: { access_token: 'always-the-same', token_type: 'Bearer', expires_in: 3600 } }));
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    expect(api.requests).toHaveLength(1);
    expect(handedOn(events)).toEqual(['no_other_token']);
  });

  it('E19 that is discarded leaves its connection free', async () => {
    const refused = new Response('x'.repeat(100_000), { status: 401 });
    const { auth } = await startScene(
      { attachTo: [covered] },
      { fetch: answering((sent) => (sent === 1 ? refused : new Response())) },
    );
    expect((await auth.fetch(`${covered}/a`)).status).toBe(200);
    expect(refused.bodyUsed).toBe(true);
  });

  it('ends the wait for another token when the caller gives up', async () => {
    const { server, api, auth } = await startScene();
    await auth.fetch(`${api.origin}/v2/a`);
    server.revokeAll();
    const gate = server.hold();
    const controller = new AbortController();
    const call = auth.fetch(`${api.origin}/v2/a`, { signal: controller.signal });
    await server.waitForRequests(2);
    controller.abort(new Error('gone'));
    await expect(call).rejects.toThrow('gone');
    gate.release();
  });
});

describe('a healthy call after a refusal', () => {
  it('takes the brake off', async () => {
    const { server, api, auth } = await startScene();
    for (let revocation = 0; revocation < 5; revocation += 1) {
      server.revokeAll();
      expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    }
    expect(server.requests).toHaveLength(5);
  });
});

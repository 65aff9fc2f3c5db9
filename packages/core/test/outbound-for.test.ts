import { exposedSecrets, manualClock } from '@outbound-auth/testing';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createOutboundAuth } from '../src/create-outbound-auth.ts';
import { OptionsError } from '../src/errors.ts';
import { tokenExchange } from '../src/grants/token-exchange.ts';
import type { ClientOptions, OutboundAuthOptions } from '../src/options/options.ts';
import type { OutboundAuth } from '../src/outbound-auth.ts';
import { outboundFor } from '../src/outbound-for.ts';
import { servedRequest } from '../src/subject-token.ts';
import { startScene } from './outgoing/scene.ts';
import { failureOf } from './token-endpoint/asking.ts';

/** Users' tokens are exchanged for `exchanged-for-…`, by real servers on loopback. */
async function startServing(options: Partial<OutboundAuthOptions> = {}, client: Partial<ClientOptions> = {}) {
  const grant = tokenExchange();
  const scene = await startScene({ grant, revocationEndpoint: 'http://127.0.0.1:9/', ...client }, options);
  scene.server.respondWith(({ parameters }) => exchanged(parameters));
  scene.api.respondWith(({ headers }) => ({ body: { authorization: headers['authorization'] ?? 'none' } }));
  return { ...scene, serving: outboundFor(scene.auth, 'middleware(auth)'), url: `${scene.api.origin}/v2/invoices` };
}

function exchanged(parameters: URLSearchParams) {
  const token = `exchanged-for-${parameters.get('subject_token') ?? 'nobody'}`;
  return { body: { access_token: token, token_type: 'Bearer', expires_in: 3_600 } };
}

async function arrivedWith(response: Promise<Response>): Promise<unknown> {
  const body: unknown = await (await response).json();
  return typeof body === 'object' && body !== null && 'authorization' in body ? body.authorization : undefined;
}

describe('what a request carries', () => {
  it('makes its calls for its own user, also where its context is lost, or is another’s', async () => {
    const { serving, url } = await startServing();
    const grace = serving('Bearer of-grace');
    const ada = serving('Bearer of-ada');
    const ofGrace = grace.outbound.client('billing');
    expect(await arrivedWith(grace.outbound.fetch(url))).toBe('Bearer exchanged-for-of-grace');
    const inside = await ada.run(async () => [
      (await ofGrace.getAccessToken()).value,
      ofGrace.peekAccessToken()?.value,
      await arrivedWith(ofGrace.fetch(url)),
      await arrivedWith(grace.outbound.fetch(url)),
      await arrivedWith(ada.outbound.fetch(url)),
    ]);
    expect(inside).toEqual([
      'exchanged-for-of-grace',
      'exchanged-for-of-grace',
      'Bearer exchanged-for-of-grace',
      'Bearer exchanged-for-of-grace',
      'Bearer exchanged-for-of-ada',
    ]);
  });

  it('acts for the user of the work around it where its header is null, and for nobody where it has none', async () => {
    const { auth, serving, url } = await startServing();
    const [kept, overruled] = auth.withSubjectToken('of-grace', () => [serving(null), serving(undefined)] as const);
    expect(await arrivedWith(kept.run(() => auth.fetch(url)))).toBe('Bearer exchanged-for-of-grace');
    expect(await failureOf(overruled.run(() => auth.fetch(url)))).toMatchObject({ code: 'subject_token_missing' });
    expect(await failureOf(serving(null).outbound.fetch(url))).toMatchObject({ code: 'subject_token_missing' });
  });

  it('lets calls deep in its work find its user, by the auth that all share', async () => {
    const { auth, serving, url } = await startServing();
    const deep = async () => {
      await setImmediate();
      return arrivedWith(auth.fetch(url));
    };
    const { run } = serving('Bearer of-grace');
    expect(await run(deep)).toBe('Bearer exchanged-for-of-grace');
    expect(run(() => 'what the work gives')).toBe('what the work gives');
    expect(() =>
      run(() => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
  });

  it('makes no call for another user when its own is missing, and sends nothing', async () => {
    const { auth, server, api, serving, url } = await startServing();
    for (const authorization of [undefined, '', 'Basic Z3JhY2U6cA==', 'Bearer', 'Bearer a b']) {
      const { outbound, run } = serving(authorization);
      const client = outbound.client('billing');
      const calls = [
        () => outbound.fetch(url),
        () => client.fetch(url),
        () => client.getAccessToken(),
        () => client.revoke(),
        async () => client.peekAccessToken(),
        () => run(() => auth.fetch(url)),
      ];
      for (const call of calls) {
        const error = await failureOf(serving('Bearer of-grace').run(async () => call()));
        expect(error).toMatchObject({ code: 'subject_token_missing', status: 401 });
      }
    }
    expect([server.requests.length, api.requests.length]).toEqual([0, 0]);
  });

  it('ends the tokens of its own user alone', async () => {
    const { serving } = await startServing();
    const grace = serving('Bearer of-grace').outbound.client('billing');
    const ada = serving('Bearer of-ada').outbound.client('billing');
    await Promise.all([grace.getAccessToken(), ada.getAccessToken()]);
    expect((await failureOf(serving('Bearer of-ada').run(() => grace.revoke()))).code).toBe('revocation_failed');
    expect(grace.peekAccessToken()).toBeUndefined();
    expect(ada.peekAccessToken()?.value).toBe('exchanged-for-of-ada');
  });

  it('has the clients’ names and addresses as ever, and says which there are', async () => {
    const { auth, serving, url } = await startServing();
    const { outbound } = serving('Bearer of-grace');
    const client = outbound.client('billing');
    expect(client.name).toBe('billing');
    expect([client.covers(url), client.covers('https://elsewhere.example')]).toEqual([true, false]);
    expect(client).toBeInstanceOf(Object.getPrototypeOf(auth.client('billing').constructor) as () => void);
    expect(() => outbound.client('biling')).toThrow("there is no client 'biling'; did you mean 'billing'?");
    expect((await failureOf(outbound.tenant('seven'))).code).toBe('unknown_client');
  });

  it('makes a tenant’s calls for its own user too', async () => {
    const options: { seven?: ClientOptions } = {};
    const { server, api, serving, url } = await startServing({
      resolveClient: (name) => (name === 'seven' ? options.seven : undefined),
    });
    options.seven = {
      tokenEndpoint: server.tokenEndpoint,
      clientId: 'seven',
      clientSecret: 'the-secret-of-seven',
      grant: tokenExchange(),
      attachTo: [api.origin],
    };
    const tenant = await serving('Bearer of-grace').outbound.tenant('seven');
    const ofAda = serving('Bearer of-ada');
    expect(await ofAda.run(() => arrivedWith(tenant.fetch(url)))).toBe('Bearer exchanged-for-of-grace');
    expect(await arrivedWith(ofAda.outbound.fetch(url, { outboundAuth: { tenant: 'seven' } }))).toBe(
      'Bearer exchanged-for-of-ada',
    );
    expect(tenant.name).toBe('seven');
  });

  it('does not carry a user into what a token is got by', async () => {
    const seen: unknown[] = [];
    const { serving } = await startServing({
      fetch: (input, init) => {
        seen.push(servedRequest()?.subjectToken);
        return fetch(input, init);
      },
    });
    await serving('Bearer of-grace').outbound.client('billing').getAccessToken();
    expect(seen).toEqual([undefined]);
  });

  it('E25 shows no token of its user, in whatever way it is shown', async () => {
    const { auth, serving } = await startServing();
    const served = serving('Bearer of-grace');
    const client = served.outbound.client('billing');
    const token = await client.getAccessToken();
    const hidden = ['of-grace', 'exchanged-for-of-grace'];
    served.run(() => {
      const shown = [served, served.outbound, client, auth, servedRequest(), token, globalThis.process.versions];
      expect(exposedSecrets(shown, hidden)).toEqual([]);
    });
  });

  it('is nothing without an auth, which is said when the adapter is set up', () => {
    for (const wrong of [undefined, null, {}, () => undefined]) {
      expect(() => outboundFor(wrong, 'middleware(auth)')).toThrow(OptionsError);
      expect(() => outboundFor(wrong, 'middleware(auth)')).toThrow(
        'middleware(auth): auth must be what createOutboundAuth() returns',
      );
    }
  });
});

/** A server and an API in memory, whose every answer comes some turns of the event loop later. */
function inMemory(tokenRequests: string[]): typeof fetch {
  let turns = 0;
  return async (_input, init) => {
    turns = (turns * 7 + 3) % 11;
    for (let turn = turns; turn > 0; turn -= 1) await Promise.resolve();
    if (turns % 4 === 0) await setImmediate();
    const body = init?.body;
    if (!(body instanceof URLSearchParams)) {
      return Response.json({ authorization: new Headers(init?.headers).get('authorization') });
    }
    tokenRequests.push(body.get('subject_token') ?? 'nobody');
    return Response.json(exchanged(body).body);
  };
}

function authInMemory(tokenRequests: string[]): OutboundAuth<'ledger'> {
  return createOutboundAuth({
    clock: manualClock(),
    fetch: inMemory(tokenRequests),
    clients: {
      ledger: {
        tokenEndpoint: 'https://idp.example/token',
        clientId: 'orders',
        clientSecret: 'a-secret',
        grant: tokenExchange(),
        scope: 'entries:read',
        maxTokenRequests: 1_000,
        attachTo: ['https://ledger.example'],
      },
    },
  });
}

describe('users’ tokens', () => {
  it('E10 E39 never leak between 10,000 interleaved requests', { timeout: 60_000 }, async () => {
    const tokenRequests: string[] = [];
    const auth = authInMemory(tokenRequests);
    const serving = outboundFor(auth, 'middleware(auth)');
    const url = 'https://ledger.example/entries';
    const leaked: string[] = [];
    const serveOne = async (index: number): Promise<void> => {
      const user = `of-user-${index % 1_000}`;
      const { outbound, run } = serving(`Bearer ${user}`);
      // Bound to the request, or to be found in its context; by a call now and then, for those take the most time.
      const { client, fetch } = index % 2 === 0 ? auth : outbound;
      const found = await run(async () => {
        if (index % 3 === 0) await setImmediate();
        if (index % 10 < 2) return arrivedWith(fetch.call(auth, url));
        return (await client.call(auth, 'ledger').getAccessToken()).authorization;
      });
      if (found !== `Bearer exchanged-for-${user}`) leaked.push(`${user}: ${String(found)}`);
    };
    await Promise.all(Array.from({ length: 10_000 }, (_, index) => serveOne(index)));
    expect(leaked).toEqual([]);
    // And one token request for each user, however many of the user's requests there were.
    expect(tokenRequests.sort()).toEqual(Array.from({ length: 1_000 }, (_, index) => `of-user-${index}`).sort());
  });

  it('E10 E39 never leak over sockets either, with the same scopes', { timeout: 60_000 }, async () => {
    const { auth, server, serving, url } = await startServing({}, { maxTokenRequests: 80 });
    const users = Array.from({ length: 40 }, (_, index) => `of-user-${index}`);
    const gate = server.hold();
    const calls = Array.from({ length: 200 }, async (_, index) => {
      const user = users[index % users.length] ?? '';
      const { outbound, run } = serving(`Bearer ${user}`);
      const options = { outboundAuth: { scope: index % 3 === 0 ? 'write' : 'read' } };
      const call = index % 2 === 0 ? () => auth.fetch(url, options) : () => outbound.fetch(url, options);
      return [user, await run(() => arrivedWith(call()))];
    });
    await server.waitForRequests(80);
    gate.release();
    for (const [user, found] of await Promise.all(calls)) expect(found).toBe(`Bearer exchanged-for-${String(user)}`);
    expect(server.requests).toHaveLength(80);
  });

  it('are bound to the request, not to the function that is called', async () => {
    const { serving, url } = await startServing();
    const { outbound } = serving('Bearer of-grace');
    const { fetch: bare, client } = outbound;
    expect(await arrivedWith(bare(url))).toBe('Bearer exchanged-for-of-grace');
    expect((await client('billing').getAccessToken()).value).toBe('exchanged-for-of-grace');
  });
});

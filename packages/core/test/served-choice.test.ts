import { manualClock, startUpstream, type Upstream } from '@outbound-auth/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createOutboundAuth } from '../src/create-outbound-auth.ts';
import { isOutboundAuthError } from '../src/errors.ts';
import { tokenExchange } from '../src/grants/token-exchange.ts';
import type { OutboundAuth } from '../src/outbound-auth.ts';
import { outboundFor } from '../src/outbound-for.ts';
import type { ServedChoice } from '../src/served-choice.ts';
import type { ServingOptions } from '../src/serving-options.ts';
import { servedAs } from '../src/subject-token.ts';

interface Asked {
  readonly tenant: string;
}

interface Scene extends Upstream {
  readonly auth: OutboundAuth<'billing' | 'backup' | 'other'>;
  readonly url: string;
}

/** `billing` and `backup` cover one API alike, `other` another part of it; each tenant has its own part beside. */
async function startScene(): Promise<Scene> {
  const upstream = await startUpstream();
  const { server, api, client } = upstream;
  server.respondWith(({ parameters }) => ({
    body: { access_token: `of-${parameters.get('client_id')}`, token_type: 'Bearer', expires_in: 3_600 },
  }));
  api.respondWith(({ headers }) => ({ body: headers['authorization'] ?? 'nobody' }));
  const at = (clientId: string, path: string) => ({
    tokenEndpoint: server.tokenEndpoint,
    clientId,
    clientSecret: client.clientSecret,
    clientAuthentication: undefined,
    attachTo: [`${api.origin}${path}`],
  });
  server.respondWith(({ headers }) => ({
    body: { access_token: `of-${nameIn(headers['authorization'])}`, token_type: 'Bearer', expires_in: 3_600 },
  }));
  const auth = createOutboundAuth({
    clients: { billing: at('billing', '/v2'), backup: at('backup', '/v2'), other: at('other', '/other') },
    resolveClient: (name) => (name.startsWith('tenant') ? at(name, '/v2') : undefined),
  });
  onTestFinished(async () => {
    await auth.close();
    await upstream.close();
  });
  return { ...upstream, auth, url: `${api.origin}/v2/invoices` };
}

function nameIn(basic: string | undefined): string {
  return Buffer.from(String(basic).slice('Basic '.length), 'base64').toString().split(':')[0] ?? '';
}

async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text();
}

describe('what a middleware chose for a request', () => {
  it.each<[ServedChoice, string]>([
    ['tenant-7', 'Bearer of-tenant-7'],
    [{ tenant: 'tenant-8' }, 'Bearer of-tenant-8'],
    [{ client: 'backup' }, 'Bearer of-backup'],
  ])('takes %j for the calls that it covers', async (choice, token) => {
    const { auth, url } = await startScene();
    const { outbound, run } = outboundFor(auth, 'middleware(auth)', { resolve: () => choice })(undefined);
    expect(await textOf(outbound.fetch(url))).toBe(token);
    expect(await textOf(run(() => auth.fetch(url, { outboundAuth: { scope: 'invoices:write' } })))).toBe(token);
  });

  it('leaves addresses that it does not cover, and calls that name a client, as they were', async () => {
    const { auth, api, url } = await startScene();
    const { outbound } = outboundFor(auth, 'middleware(auth)', { resolve: () => 'tenant-7' })(undefined);
    expect(await textOf(outbound.fetch(`${api.origin}/other`))).toBe('Bearer of-other');
    expect(await textOf(outbound.fetch(`${api.origin}/nowhere`))).toBe('nobody');
    expect(await textOf(outbound.fetch(url, { outboundAuth: { client: 'billing' } }))).toBe('Bearer of-billing');
    expect(await textOf(outbound.fetch(url, { outboundAuth: { tenant: 'tenant-9' } }))).toBe('Bearer of-tenant-9');
    expect(await textOf(outbound.client('backup').fetch(url))).toBe('Bearer of-backup');
  });

  it('finds clients by address where nothing was chosen', async () => {
    const { auth, api, url } = await startScene();
    const { outbound } = outboundFor(auth, 'middleware(auth)', { resolve: async () => undefined })(undefined);
    expect(await textOf(outbound.fetch(`${api.origin}/other`))).toBe('Bearer of-other');
    await expect(outbound.fetch(url)).rejects.toMatchObject({ code: 'ambiguous_client' });
  });

  it('is asked once for a request, by the first call that needs it, with that request', async () => {
    const { auth, url } = await startScene();
    const resolve = vi.fn(async ({ tenant }: Asked) => tenant);
    const serving = outboundFor(auth, 'middleware(auth)', { resolve });
    const first = serving(undefined, { tenant: 'tenant-1' });
    const second = serving(undefined, { tenant: 'tenant-2' });
    expect(resolve).not.toHaveBeenCalled();
    const calls = [first, second, first, second].map(({ outbound }) => textOf(outbound.fetch(url)));
    expect(await Promise.all(calls)).toEqual([
      'Bearer of-tenant-1',
      'Bearer of-tenant-2',
      'Bearer of-tenant-1',
      'Bearer of-tenant-2',
    ]);
    expect(resolve.mock.calls).toEqual([[{ tenant: 'tenant-1' }], [{ tenant: 'tenant-2' }]]);
  });

  it('holds for its own auth alone, also inside a request that another one serves', async () => {
    const [one, two] = [await startScene(), await startScene()];
    const inbound = {};
    const [first, second] = [one, two].map(({ auth }, index) =>
      outboundFor(auth, 'middleware(auth)', { resolve: () => `tenant-${index + 1}` }),
    );
    if (first === undefined || second === undefined) throw new Error('there are two');
    const inner = first(undefined, undefined, inbound).run(() => second(undefined, undefined, inbound));
    const work = () => Promise.all([one, two].map(({ auth, url }) => textOf(auth.fetch(url))));
    expect(await inner.run(work)).toEqual(['Bearer of-tenant-1', 'Bearer of-tenant-2']);
    expect(await inner.run(() => two.auth.withSubjectToken('of-ada', work))).toEqual([
      'Bearer of-tenant-1',
      'Bearer of-tenant-2',
    ]);
  });

  it('hands on its own error as it is, and says what is wrong with what it gave', async () => {
    const { auth, server, url } = await startScene();
    const noTenant = new Error('no such tenant');
    const failing = [
      () => {
        throw noTenant;
      },
      () => Promise.reject(noTenant),
    ];
    for (const resolve of failing) {
      const { outbound } = outboundFor(auth, 'middleware(auth)', { resolve })(undefined);
      await expect(outbound.fetch(url)).rejects.toBe(noTenant);
    }
    for (const given of [7, null, {}, { client: 'billing', tenant: 'tenant-1' }, { tenant: 7 }]) {
      const resolve = (): never => Reflect.apply(() => given, undefined, []) as never;
      const { outbound } = outboundFor(auth, 'middleware(auth)', { resolve })(undefined);
      const error: unknown = await outbound.fetch(url).catch((caught: unknown) => caught);
      expect(isOutboundAuthError(error) && [error.code, error.status]).toEqual(['invalid_options', 500]);
      expect(String(error)).toContain('middleware(auth): resolve gave ');
    }
    const { outbound } = outboundFor(auth, 'middleware(auth)', { resolve: () => ({ client: 'biling' }) })(undefined);
    await expect(outbound.fetch(url)).rejects.toThrow("did you mean 'billing'?");
    const unknown = outboundFor(auth, 'middleware(auth)', { resolve: () => 'nobody' })(undefined);
    await expect(unknown.outbound.fetch(url)).rejects.toMatchObject({ code: 'unknown_client' });
    expect(server.requests).toEqual([]);
  });
});

describe('whose token a middleware was told', () => {
  async function startUsers() {
    const upstream = await startUpstream();
    onTestFinished(() => upstream.close());
    upstream.server.respondWith(({ parameters }) => ({
      body: { access_token: `for-${parameters.get('subject_token')}`, token_type: 'Bearer', expires_in: 3_600 },
    }));
    upstream.api.respondWith(({ headers }) => ({ body: headers['authorization'] ?? 'nobody' }));
    const auth = createOutboundAuth({ clients: { ledger: { ...upstream.client, grant: tokenExchange() } } });
    return { ...upstream, auth };
  }

  it.each<[string, ServingOptions<void>['subjectToken'], string]>([
    ['a token', () => 'ada', 'Bearer for-ada'],
    ['a promise of one', async () => 'ada', 'Bearer for-ada'],
    ['an Authorization header', () => 'Bearer ada', 'Bearer for-ada'],
    ['a promise of a header', async () => 'bearer ada', 'Bearer for-ada'],
  ])('takes %s in place of the bearer token', async (_what, subjectToken, expected) => {
    const { auth, api } = await startUsers();
    const { outbound, run } = outboundFor(auth, 'middleware(auth)', { subjectToken })('Bearer of-somebody-else');
    expect(await textOf(outbound.fetch(api.origin))).toBe(expected);
    expect(await textOf(run(() => auth.fetch(api.origin)))).toBe(expected);
  });

  it('is asked once for a request, and not before a call needs it', async () => {
    const { auth, api, server } = await startUsers();
    const subjectToken = vi.fn(async (user: string) => user);
    const serving = outboundFor(auth, 'middleware(auth)', { subjectToken });
    const [ada, bob] = [serving(undefined, 'ada'), serving(undefined, 'bob')];
    expect(subjectToken).not.toHaveBeenCalled();
    const calls = [ada, bob, ada, bob].map(({ outbound }) => textOf(outbound.fetch(api.origin)));
    expect(await Promise.all(calls)).toEqual(['Bearer for-ada', 'Bearer for-bob', 'Bearer for-ada', 'Bearer for-bob']);
    expect([subjectToken.mock.calls, server.requests.length]).toEqual([[['ada'], ['bob']], 2]);
  });

  it('says so where it gives none, fails or gives something else, and never takes the bearer token then', async () => {
    const { auth, api, server } = await startUsers();
    const cases: readonly [() => unknown, string][] = [
      [() => undefined, 'subject_token_missing'],
      [async () => undefined, 'subject_token_missing'],
      [() => 7, 'credential_unavailable'],
      [() => 'two words', 'credential_unavailable'],
      [() => Promise.reject(new Error('no session')), 'credential_unavailable'],
      [
        () => {
          throw new Error('no session');
        },
        'credential_unavailable',
      ],
    ];
    for (const [given, code] of cases) {
      const subjectToken = (): never => Reflect.apply(given, undefined, []) as never;
      const { outbound } = outboundFor(auth, 'middleware(auth)', { subjectToken })('Bearer ada');
      await expect(outbound.fetch(api.origin)).rejects.toMatchObject({ code });
    }
    expect(server.requests).toEqual([]);
  });
});

describe('two adapters that a request passes', () => {
  interface Inbound {
    readonly session: string;
  }

  async function startTwo() {
    const upstream = await startUpstream();
    onTestFinished(() => upstream.close());
    upstream.server.respondWith(({ parameters }) => ({
      body: { access_token: `for-${parameters.get('subject_token')}`, token_type: 'Bearer', expires_in: 3_600 },
    }));
    upstream.api.respondWith(({ headers }) => ({ body: headers['authorization'] ?? 'nobody' }));
    const make = () => createOutboundAuth({ clients: { ledger: { ...upstream.client, grant: tokenExchange() } } });
    const [one, two] = [make(), make()];
    const both = () => Promise.all([one, two].map((auth) => textOf(auth.fetch(upstream.api.origin))));
    const ofSession = { subjectToken: ({ session }: Inbound) => session };
    return { one, two, both, ofSession, inbound: { session: 'of-the-session' } };
  }

  it('keep the user that each was told of to its own auth, in either order', async () => {
    const { one, two, both, ofSession, inbound } = await startTwo();
    const told = outboundFor(one, 'one', ofSession);
    const plain = outboundFor(two, 'two');
    const header = 'Bearer of-the-header';
    const expected = ['Bearer for-of-the-session', 'Bearer for-of-the-header'];
    const inner = told(header, inbound, inbound).run(() => plain(header, undefined, inbound));
    expect(await inner.run(both)).toEqual(expected);
    const other = plain(header, undefined, inbound).run(() => told(header, inbound, inbound));
    expect(await other.run(both)).toEqual(expected);
  });

  it('keep what the first was told where the second of the same auth is told nothing', async () => {
    const { one, ofSession, inbound, both } = await startTwo();
    const outer = outboundFor(one, 'one', ofSession)('Bearer of-the-header', inbound, inbound);
    const inner = outer.run(() => outboundFor(one, 'one')('Bearer of-the-header', undefined, inbound));
    expect(await inner.run(both)).toEqual(['Bearer for-of-the-session', 'Bearer for-of-the-header']);
  });

  it('know nothing of a request in whose work their server was started', async () => {
    const { one, two, ofSession, inbound, both } = await startTwo();
    const starter = outboundFor(one, 'one', ofSession)(undefined, inbound, inbound);
    const served = starter.run(() =>
      one.withSubjectToken('of-the-starter', () => outboundFor(two, 'two')('Bearer of-the-header', undefined, {})),
    );
    expect(await served.run(both)).toEqual(['Bearer for-of-the-header', 'Bearer for-of-the-header']);
  });

  it('give way to withSubjectToken between them, for every auth', async () => {
    const { one, two, ofSession, inbound, both } = await startTwo();
    const outer = outboundFor(one, 'one', ofSession)('Bearer of-the-header', inbound, inbound);
    const inner = outer.run(() =>
      one.withSubjectToken('of-grace', () => outboundFor(two, 'two')('Bearer of-the-header', undefined, inbound)),
    );
    expect(await inner.run(both)).toEqual(['Bearer for-of-grace', 'Bearer for-of-grace']);
  });

  it('hand what one auth was told to those that it is made of, and to no other', async () => {
    const { one, two, ofSession, inbound, both } = await startTwo();
    const outer = {};
    const served = outboundFor(one, 'one', ofSession)('Bearer of-the-header', inbound, inbound);
    expect(await served.run(() => servedAs(one, two, both))).toEqual([
      'Bearer for-of-the-session',
      'Bearer for-of-the-session',
    ]);
    expect(await served.run(() => servedAs(outer, two, both))).toEqual([
      'Bearer for-of-the-session',
      'Bearer for-of-the-header',
    ]);
  });
});

describe('E50 what chooses', () => {
  it('is waited for as long as the call’s signal and 4 s allow', async () => {
    const clock = manualClock();
    const upstream = await startUpstream();
    onTestFinished(() => upstream.close());
    const auth = createOutboundAuth({ clients: { billing: upstream.client }, clock });
    const resolve = () => new Promise<never>(() => undefined);
    const { outbound } = outboundFor(auth, 'middleware(auth)', { resolve })(undefined);
    const controller = new AbortController();
    const aborted = outbound.fetch(upstream.api.origin, { signal: controller.signal }).catch((error: unknown) => error);
    const late = outbound.fetch(upstream.api.origin).catch((error: unknown) => error);
    controller.abort(new Error('mine'));
    expect(await aborted).toMatchObject({ message: 'mine' });
    await clock.advance(4_000);
    expect(await late).toMatchObject({ code: 'credential_unavailable', message: 'resolve gave no answer within 4 s' });
  });

  it('may give the promise of another library', async () => {
    const { auth, url } = await startScene();
    const thenable = (value: string) => ({ then: (done: (given: string) => void) => done(value) });
    const resolve = (): never => Reflect.apply(() => thenable('tenant-7'), undefined, []) as never;
    const { outbound } = outboundFor(auth, 'middleware(auth)', { resolve })(undefined);
    expect(await textOf(outbound.fetch(url))).toBe('Bearer of-tenant-7');
  });
});

it.each([
  [{ resolv: () => 'x' }, 'middleware(auth).resolv: is no option; did you mean resolve?'],
  [{ resolve: 'tenant-7' }, 'middleware(auth).resolve: must be a function'],
  [{ subjectToken: 'ada' }, 'middleware(auth).subjectToken: must be a function'],
  ['tenant-7', 'middleware(auth): must be an object'],
  [null, 'middleware(auth): must be an object'],
])('refuses %j when it is mounted', async (options, message) => {
  const { auth } = await startScene();
  expect(() => Reflect.apply(outboundFor, undefined, [auth, 'middleware(auth)', options]) as unknown).toThrow(message);
});

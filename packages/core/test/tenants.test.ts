import { type AuthorizationServer, manualClock, type ProtectedApi, startUpstream } from '@outbound-auth/testing';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { privateKeyJwt } from '../src/client-authentication/private-key-jwt.ts';
import { createOutboundAuth } from '../src/create-outbound-auth.ts';
import { OptionsError } from '../src/errors.ts';
import type { OutboundAuthEvent } from '../src/events.ts';
import { clientCredentials } from '../src/grants/client-credentials.ts';
import type { ClientOptions, OutboundAuthOptions, ResolveClient } from '../src/options/options.ts';
import { servedRequest } from '../src/subject-token.ts';
import { untyped } from './options/problems.ts';

let server: AuthorizationServer;
let api: ProtectedApi;
let options: ClientOptions & { readonly clientSecret: string };
let close: () => Promise<void>;
beforeAll(async () => {
  ({ server, api, client: options, close } = await startUpstream());
});
afterAll(() => close());

const minute = 60_000;

/** An auth whose tenants this function knows, how often it was asked for whom, and what happened. */
function tenantsOf(resolveClient: (name: string) => unknown, more: Partial<OutboundAuthOptions> = {}) {
  const clock = manualClock();
  const events: OutboundAuthEvent[] = [];
  const asked: string[] = [];
  const auth = createOutboundAuth<string>({
    clients: {},
    clock,
    onEvent: (event) => events.push(event),
    resolveClient: (name) => {
      asked.push(name);
      return untyped(resolveClient(name));
    },
    ...more,
  });
  onTestFinished(() => auth.close());
  return { auth, clock, events, asked };
}

/** A promise, and the function that keeps it. */
function promised<Value>() {
  let keep: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolve) => {
    keep = resolve;
  });
  return { promise, keep };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a tenant', () => {
  it.each<[string, ResolveClient]>([
    ['at once', () => options],
    ['later', async () => options],
  ])('is a client whose options resolveClient gives %s', async (_when, resolveClient) => {
    const { auth } = tenantsOf(resolveClient);
    const tenant = await auth.tenant('t1');
    expect(tenant.name).toBe('t1');
    expect((await tenant.fetch(api.origin)).status).toBe(200);
  });

  it('that resolveClient gives nothing for is unknown, and asked for again', async () => {
    let known = false;
    const { auth, asked } = tenantsOf(async () => (known ? options : undefined));
    await expect(auth.tenant('t1')).rejects.toMatchObject({
      code: 'unknown_client',
      client: 't1',
      message: "resolveClient knows no tenant 't1'",
    });
    known = true;
    expect((await auth.tenant('t1')).name).toBe('t1');
    expect(asked).toEqual(['t1', 't1']);
  });

  it('that is gone a minute later is unknown, and its client requests nothing more', async () => {
    let given: ClientOptions | undefined = options;
    const { auth, clock, events } = tenantsOf(() => given);
    const tenant = await auth.tenant('t1');
    given = undefined;
    await clock.advance(minute);
    await expect(auth.tenant('t1')).rejects.toMatchObject({ code: 'unknown_client' });
    await expect(tenant.getAccessToken()).rejects.toMatchObject({ code: 'closed' });
    expect(events).toEqual([]);
  });

  it('needs a resolveClient', async () => {
    const auth = createOutboundAuth<string>({ clients: { billing: options } });
    await expect(auth.tenant('billing')).rejects.toMatchObject({
      code: 'unknown_client',
      message: "there is no tenant 'billing', for the options have no resolveClient. Give that beside clients",
    });
    expect(() => auth.forget('billing')).not.toThrow();
  });

  it('is chosen by a call, which then may not name a client too', async () => {
    const { auth } = tenantsOf(() => ({ ...options, headers: { 'x-tenant': 'one' } }), {
      clients: { billing: { ...options, headers: { 'x-tenant': 'none' } } },
    });
    await auth.fetch(api.origin, { outboundAuth: { tenant: 't1' } });
    expect(api.requests.at(-1)?.headers['x-tenant']).toBe('one');
    await auth.fetch(api.origin);
    expect(api.requests.at(-1)?.headers['x-tenant']).toBe('none');
    const sent = api.requests.length;
    const call = auth.fetch(api.origin, { outboundAuth: { tenant: 't1', client: 'billing' } });
    await expect(call).rejects.toMatchObject({
      code: 'invalid_call',
      message: "the call names both the client 'billing' and the tenant 't1': leave one of them out",
    });
    expect(api.requests).toHaveLength(sent);
  });

  it('is chosen by a call of any transport', async () => {
    const { auth } = tenantsOf((name) => (name === 't1' ? options : undefined));
    const send = (tenant: string) =>
      auth.send(
        {
          url: new URL(api.origin),
          method: 'GET',
          headers: new Headers(),
          body: 'none',
          redirect: 'follow',
          transmit: async ({ attached }) => Object.keys(attached),
          status: () => 200,
          header: () => undefined,
          discard: () => undefined,
        },
        { tenant },
      );
    expect(await send('t1')).toEqual(['authorization']);
    await expect(send('t2')).rejects.toMatchObject({ code: 'unknown_client' });
  });

  it.each(['__proto__', 'constructor', 'toString', "o'neill", 'büro 7', 'https://t1.example/?a=b'])(
    'may be called %s',
    async (name) => {
      const { auth } = tenantsOf(() => options);
      const tenant = await auth.tenant(name);
      expect(await auth.tenant(name)).toBe(tenant);
      expect((await tenant.fetch(api.origin)).status).toBe(200);
    },
  );

  it.each(['', 'a\nb', 'a\u001b[2J', 'a\u2028b', '\u202egnp', '\ud800', 'a'.repeat(257), undefined, null, 7, {}])(
    'cannot be called %j, which would stand in messages',
    async (name) => {
      const { auth, asked } = tenantsOf(() => options);
      const error = await failureOf(auth.tenant(untyped(name)));
      expect(error).toMatchObject({
        code: 'unknown_client',
        message: "a tenant's name must be a text of 1 to 256 characters, none of them a control character",
      });
      expect(asked).toEqual([]);
    },
  );
});

describe('an answer of resolveClient', () => {
  it('is kept for a minute by the clock', async () => {
    const { auth, clock, asked } = tenantsOf(() => options);
    const tenant = await auth.tenant('t1');
    await clock.advance(minute - 1);
    await auth.tenant('t1');
    expect(asked).toEqual(['t1']);
    await clock.advance(1);
    expect(await auth.tenant('t1')).toBe(tenant);
    expect(asked).toEqual(['t1', 't1']);
    await clock.advance(minute - 1);
    await auth.tenant('t1');
    expect(asked).toEqual(['t1', 't1']);
  });

  it('E04 is asked for again when the clock was set back', async () => {
    const { auth, clock, asked } = tenantsOf(() => options);
    await auth.tenant('t1');
    clock.set(clock.now() - 1);
    await auth.tenant('t1');
    expect(asked).toEqual(['t1', 't1']);
  });

  it('E04 is asked for again once for each pause when the clock was set back and it is not to be had', async () => {
    let well = true;
    const { auth, clock, asked } = tenantsOf(() => (well ? options : Promise.reject(new Error('the vault is sealed'))));
    const tenant = await auth.tenant('t1');
    well = false;
    clock.set(clock.now() - 60 * minute);
    for (let call = 0; call < 5; call += 1) expect(await auth.tenant('t1')).toBe(tenant);
    expect(asked).toHaveLength(2);
    await clock.advance(5_000);
    await auth.tenant('t1');
    expect(asked).toHaveLength(3);
  });

  it('is kept for the 1,000 tenants that were used last', async () => {
    const { auth, asked } = tenantsOf(() => options);
    const first = await auth.tenant('first');
    const second = await auth.tenant('second');
    for (let index = 2; index < 1_000; index += 1) await auth.tenant(`t${index}`);
    expect(await auth.tenant('first')).toBe(first);
    await auth.tenant('one more');
    const before = asked.length;
    expect(await auth.tenant('first')).toBe(first);
    expect(asked).toHaveLength(before);
    expect(await auth.tenant('second')).not.toBe(second);
    expect(asked).toHaveLength(before + 1);
    // Whoever holds the one that had to make room goes on with it.
    expect((await second.fetch(api.origin)).status).toBe(200);
  });

  it('keeps only as many tokens warm: a client that made room renews none without a use', async () => {
    const { auth, clock } = tenantsOf((name) => ({ ...options, keepWarm: name === 'first' }));
    const first = await auth.tenant('first');
    await first.getAccessToken();
    expect(clock.pending).toBe(1);
    for (let index = 0; index < 1_000; index += 1) await auth.tenant(`t${index}`);
    expect(clock.pending).toBe(0);
    await first.getAccessToken({ scope: 'write' });
    await clock.advance(60 * minute);
    await first.getAccessToken();
    expect(clock.pending).toBe(0);
  });

  it('that was forgotten while it was looked up keeps no token warm', async () => {
    const answer = promised<ClientOptions>();
    const { auth, clock } = tenantsOf(() => answer.promise);
    const waiting = auth.tenant('t1');
    await Promise.resolve();
    auth.forget('t1');
    answer.keep({ ...options, keepWarm: true });
    await (await waiting).getAccessToken();
    expect(clock.pending).toBe(0);
  });

  it('is shared by all who wait for it, and a failure is told to each by an error of its own', async () => {
    const answer = promised<ClientOptions>();
    const { auth, asked } = tenantsOf((name) => (name === 't1' ? answer.promise : undefined));
    const waiting = Promise.all(Array.from({ length: 50 }, () => auth.tenant('t1')));
    answer.keep(options);
    expect(new Set(await waiting).size).toBe(1);
    expect(asked).toEqual(['t1']);
    const failures = await Promise.all(Array.from({ length: 3 }, () => failureOf(auth.tenant('t2'))));
    expect(new Set(failures).size).toBe(3);
    expect(asked).toEqual(['t1', 't2']);
  });

  it('is found in none of its callers async contexts', async () => {
    const contexts: unknown[] = [];
    const { auth } = tenantsOf(async () => {
      contexts.push(servedRequest());
      return options;
    });
    await auth.withSubjectToken('the token of ada', () => auth.tenant('t1'));
    expect(contexts).toEqual([undefined]);
  });

  it('that waits for itself is given up in time', async () => {
    const { auth, clock, asked } = tenantsOf((name): Promise<unknown> => auth.tenant(name));
    const failure = failureOf(auth.tenant('t1'));
    await clock.advance(4_000);
    expect(await failure).toMatchObject({ code: 'credential_unavailable' });
    expect(asked).toEqual(['t1']);
  });
});

describe('options that resolveClient gives', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const withKey = (key: typeof privateKey): ClientOptions => {
    const { clientSecret: _, ...others } = options;
    return { ...others, clientAuthentication: privateKeyJwt(key) };
  };

  /** Whether the second options begin a new client, and a new token, after the first. */
  const beginsAnew = async (first: ClientOptions, second: ClientOptions) => {
    const answers = [first, second];
    const { auth, clock } = tenantsOf(() => answers.shift());
    const before = await auth.tenant('t1');
    const token = await before.getAccessToken();
    await clock.advance(minute);
    const after = await auth.tenant('t1');
    expect((await after.getAccessToken()).value === token.value).toBe(before === after);
    return before !== after;
  };

  it('are compared by value: equal ones keep the client and its token', async () => {
    expect(await beginsAnew({ ...options }, structuredClone(options))).toBe(false);
    const made = () => ({ ...options, grant: clientCredentials(), headers: { 'x-key': () => 'a' } });
    expect(await beginsAnew(made(), made())).toBe(false);
    expect(await beginsAnew(withKey(privateKey), withKey(privateKey))).toBe(false);
  });

  it('begin a new client where they have changed', async () => {
    const changes: Partial<ClientOptions>[] = [
      { clientSecret: 'another' },
      { clientId: 'another' },
      { attachTo: [`${api.origin}/v2`] },
      { scope: 'read' },
      { headers: { 'x-key': 'a' } },
    ];
    for (const change of changes) expect(await beginsAnew(options, { ...options, ...change })).toBe(true);
    expect(await beginsAnew(withKey(privateKey), withKey(otherKey))).toBe(true);
  });

  it('let the former client end its token requests, and no more, when they change', async () => {
    const patient = { ...options, requestTimeout: 600 };
    const answers = [patient, { ...patient, scope: 'read' }];
    const { auth, clock } = tenantsOf(() => answers.shift());
    const former = await auth.tenant('t1');
    const gate = server.hold(1);
    const arrived = server.requests.length + 1;
    const token = former.getAccessToken();
    await server.waitForRequests(arrived);
    await clock.advance(minute);
    const present = await auth.tenant('t1');
    expect(present).not.toBe(former);
    gate.release();
    expect((await token).authorization).toMatch(/^Bearer ./);
    await expect(former.getAccessToken({ scope: 'write' })).rejects.toMatchObject({ code: 'closed' });
    expect((await present.fetch(api.origin)).status).toBe(200);
  });

  it('are refused with all their mistakes, each with its path', async () => {
    const { auth } = tenantsOf(() => ({ ...options, attachTo: ['nowhere'], scopes: 'read' }));
    const error = await failureOf(auth.tenant('t'));
    expect(error).toBeInstanceOf(OptionsError);
    expect(error).toMatchObject({
      problems: [
        {
          path: "resolveClient('t').attachTo[0]",
          message: 'must be an absolute URL, such as https://api.example.com/v2',
        },
        { path: "resolveClient('t').scopes", message: 'is no option; did you mean scope?' },
      ],
    });
  });

  it.each([null, 'options', 7, [], () => options])('are an object, not %o', async (given) => {
    const { auth } = tenantsOf(() => given);
    await expect(auth.tenant('t')).rejects.toMatchObject({
      problems: [{ path: "resolveClient('t')", message: 'must give the options of a client, or undefined' }],
    });
  });

  it('that cannot be read are as if they were not to be had', async () => {
    const given = {
      ...options,
      get clientId(): string {
        throw new Error('the vault is sealed');
      },
    };
    const { auth } = tenantsOf(() => given);
    await expect(auth.tenant('t')).rejects.toMatchObject({
      code: 'credential_unavailable',
      message: "resolveClient('t') gave what cannot be read: the vault is sealed",
    });
  });
});

describe('E50 a resolveClient that', () => {
  it('throws is told with its reason, where nothing is known', async () => {
    const reject = (error: Error) => () => {
      throw error;
    };
    const { auth, events } = tenantsOf(reject(new Error('the vault is sealed')));
    await expect(auth.tenant('t1')).rejects.toMatchObject({
      code: 'credential_unavailable',
      status: 502,
      client: 't1',
      message: "resolveClient('t1') failed: the vault is sealed",
      cause: { message: 'the vault is sealed' },
    });
    expect(events).toEqual([]);
    // What it says of its own calls is not said of this one.
    const { auth: other } = tenantsOf(reject(new OptionsError([{ path: 'x', message: 'is wrong' }])));
    await expect(other.tenant('t1')).rejects.toMatchObject({ code: 'credential_unavailable' });
  });

  it('hangs is given up after 4 s', async () => {
    const { auth, clock } = tenantsOf(() => new Promise(() => undefined));
    const failure = failureOf(auth.tenant('t1'));
    await clock.advance(4_000);
    expect(await failure).toMatchObject({
      code: 'credential_unavailable',
      message: "resolveClient('t1') gave no answer within 4 s",
    });
    expect(clock.pending).toBe(0);
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('the vault is sealed');
      },
      'credential_unavailable',
    ],
    ['rejects', () => Promise.reject(new Error('the vault is sealed')), 'credential_unavailable'],
    ['gives wrong options', () => ({ ...options, attachTo: [] }), 'invalid_options'],
  ])('%s leaves the known client in use, with an event, and is asked again after a pause', async (_how, fail, code) => {
    let well = true;
    const { auth, clock, events, asked } = tenantsOf(() => (well ? options : fail()));
    const tenant = await auth.tenant('t1');
    well = false;
    await clock.advance(minute);
    expect(await auth.tenant('t1')).toBe(tenant);
    expect(events).toMatchObject([{ type: 'tenant.failed', tenant: 't1', error: { code } }]);
    await clock.advance(4_999);
    expect(await auth.tenant('t1')).toBe(tenant);
    expect(asked).toHaveLength(2);
    await clock.advance(1);
    well = true;
    expect(await auth.tenant('t1')).toBe(tenant);
    expect(asked).toHaveLength(3);
    expect((await tenant.fetch(api.origin)).status).toBe(200);
    expect(events.filter(({ type }) => type === 'tenant.failed')).toHaveLength(1);
  });
});

describe('forget', () => {
  it('has a tenant looked up anew, whose client then is another', async () => {
    const { auth, asked } = tenantsOf(() => options);
    const former = await auth.tenant('t1');
    auth.forget('t1');
    expect(await auth.tenant('t1')).not.toBe(former);
    expect(asked).toEqual(['t1', 't1']);
    await expect(former.getAccessToken()).rejects.toMatchObject({
      code: 'closed',
      message: expect.stringContaining('its tenant was forgotten or has changed: ask auth.tenant() again') as string,
    });
    auth.forget('nobody');
  });

  it.each([{ scope: 'old' }, undefined])('makes the answer to a look-up under way void: %o', async (old) => {
    const answers = [promised<ClientOptions | undefined>(), promised<ClientOptions | undefined>()];
    const { auth, asked } = tenantsOf(() => answers[asked.length - 1]?.promise);
    const first = failureOf(auth.tenant('t1'));
    await Promise.resolve();
    auth.forget('t1');
    const second = auth.tenant('t1');
    await Promise.resolve();
    answers[1]?.keep({ ...options, scope: 'new' });
    const present = await second;
    answers[0]?.keep(old && { ...options, ...old });
    expect((await first) === undefined).toBe(old !== undefined);
    expect(await auth.tenant('t1')).toBe(present);
    expect(asked).toHaveLength(2);
  });

  it('keeps no answer that came after it', async () => {
    const answers = [promised<ClientOptions>(), promised<ClientOptions>()];
    const { auth, asked } = tenantsOf(() => answers[asked.length - 1]?.promise);
    const first = auth.tenant('t1');
    await Promise.resolve();
    auth.forget('t1');
    answers[0]?.keep(options);
    await first;
    answers[1]?.keep(options);
    await auth.tenant('t1');
    expect(asked).toHaveLength(2);
  });

  it('is not undone by a look-up under way that fails, or knows nobody', async () => {
    const fail = () => Promise.reject(new Error('sealed'));
    const give = () => options;
    const answers = [give, fail, give, give, () => undefined, give];
    const { auth, clock, asked } = tenantsOf(() => answers[asked.length - 1]?.());
    for (const code of ['credential_unavailable', 'unknown_client']) {
      const known = await auth.tenant('t1');
      await clock.advance(minute);
      const failure = failureOf(auth.tenant('t1'));
      await Promise.resolve();
      auth.forget('t1');
      const present = await auth.tenant('t1');
      expect(await failure).toMatchObject({ code });
      expect(present).not.toBe(known);
      expect(await auth.tenant('t1')).toBe(present);
      await clock.advance(minute);
    }
  });
});

describe('close', () => {
  it('lets the token requests of tenants end, of dropped ones too, and looks nobody up any more', async () => {
    const { auth, clock, asked, events } = tenantsOf(() => ({ ...options, requestTimeout: 600 }));
    const [kept, dropped] = [await auth.tenant('kept'), await auth.tenant('dropped')];
    const gate = server.hold(2);
    const arrived = server.requests.length + 2;
    const tokens = Promise.all([kept.getAccessToken(), dropped.getAccessToken()]);
    await server.waitForRequests(arrived);
    auth.forget('dropped');
    let closed = false;
    const closing = auth.close().then(() => (closed = true));
    await expect(auth.tenant('new')).rejects.toMatchObject({
      code: 'closed',
      message: "no tenant is looked up any more, 'new' neither, because auth.close() was called",
    });
    expect(closed).toBe(false);
    gate.release();
    expect(await tokens).toHaveLength(2);
    await closing;
    // Calls that drain keep their tokens.
    await clock.advance(minute);
    expect(await auth.tenant('kept')).toBe(kept);
    expect(asked).toEqual(['kept', 'dropped']);
    expect(events.filter(({ type }) => type === 'tenant.failed')).toEqual([]);
    expect((await kept.fetch(api.origin)).status).toBe(200);
    await expect(kept.getAccessToken({ scope: 'new' })).rejects.toMatchObject({ code: 'closed' });
  });

  it('refuses the answer to a look-up under way', async () => {
    const answer = promised<ClientOptions>();
    const { auth } = tenantsOf(() => answer.promise);
    const failure = failureOf(auth.tenant('t1'));
    await Promise.resolve();
    await auth.close();
    answer.keep(options);
    expect(await failure).toMatchObject({ code: 'closed' });
  });
});

describe('E53 two tenants with the same clientId', () => {
  it('never share a token, not with a client of that name either', async () => {
    const { auth } = tenantsOf(() => options, { clients: { t1: options } });
    const clients = [await auth.tenant('t1'), await auth.tenant('t2'), auth.client('t1')];
    const tokens = await Promise.all(clients.map((client) => client.getAccessToken()));
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(3);
  });

  it('are told apart by a wrong secret, whose tenant gets no token of the other', async () => {
    const strict = await startUpstream({ clients: {} });
    onTestFinished(() => strict.close());
    const { auth } = tenantsOf((name) => ({ ...strict.client, ...(name === 'bad' && { clientSecret: 'wrong' }) }));
    await (await auth.tenant('good')).getAccessToken();
    await expect((await auth.tenant('bad')).getAccessToken()).rejects.toMatchObject({
      code: 'token_request_refused',
      client: 'bad',
    });
  });
});

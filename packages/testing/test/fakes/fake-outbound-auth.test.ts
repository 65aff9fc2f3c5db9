import { inspect } from 'node:util';
import {
  createOutboundAuth,
  isOutboundAuth,
  OptionsError,
  type OutboundAuth,
  TokenRequestError,
} from '@outbound-auth/core';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { fakeOutboundAuth } from '../../src/index.ts';

const ok = (): Response => new Response('ok');
const respond = { respond: ok };
const invoices = 'https://api.billing.example/v2/invoices';

describe('a fake', () => {
  it('is an OutboundAuth with the names of its clients', () => {
    const fake = fakeOutboundAuth({ billing: 'a', ledger: { token: 'b' } });
    expect(isOutboundAuth(fake)).toBe(true);
    expectTypeOf(fake).toExtend<OutboundAuth<'billing' | 'ledger'>>();
    // @ts-expect-error: no such client
    expect(() => fake.client('biling')).toThrow("there is no client 'biling'; did you mean 'billing'?");
  });

  it('gives its tokens', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' });
    const client = fake.client('billing');
    expect(client.name).toBe('billing');
    expect(client.peekAccessToken()).toBeUndefined();
    expect((await client.getAccessToken()).value).toBe('a-token');
    expect(client.peekAccessToken()).toMatchObject({ value: 'a-token' });
    expect(fake.calls).toEqual([]);
  });

  it('shows itself in short', () => {
    const fake = fakeOutboundAuth({ billing: 'a-token', ledger: 'b' });
    expect(inspect(fake)).toBe("FakeOutboundAuth { clients: [ 'billing', 'ledger' ], calls: 0 }");
  });

  it('ends as the real one does', async () => {
    const fake = fakeOutboundAuth({ billing: 'a' }, respond);
    await fake.fetch(invoices);
    await fake.close();
    expect((await fake.fetch(invoices)).status).toBe(200);
    const closed = { code: 'closed', client: 'billing' };
    await expect(fake.client('billing').getAccessToken()).rejects.toMatchObject(closed);
    await expect(fake.client('billing').fetch('https://another.example')).rejects.toMatchObject(closed);
  });
});

describe('a client given as a token alone', () => {
  it.each([invoices, 'http://billing.internal:8080/', 'https://a.example/..%2fb'.replace('..%2f', '')])(
    'covers %s',
    async (url) => {
      const fake = fakeOutboundAuth({ billing: 'a-token' }, respond);
      expect(fake.client('billing').covers(url)).toBe(true);
      await fake.fetch(url);
      await fake.client('billing').fetch(url);
      const call = { client: 'billing', method: 'GET', url, headers: { authorization: 'Bearer a-token' }, status: 200 };
      expect(fake.calls).toEqual([call, call]);
    },
  );

  it.each(['data:,text', 'https://api.example/..%2fup'])('does not cover %s', (url) => {
    expect(fakeOutboundAuth({ billing: 'a' }).client('billing').covers(url)).toBe(false);
  });

  it('leaves to others what their attachTo covers', async () => {
    const clients = {
      billing: 'a',
      ledger: { token: 'b', attachTo: ['https://ledger.example', 'https://api.billing.example/v3'] },
    };
    const fake = fakeOutboundAuth(clients, respond);
    for (const url of ['https://ledger.example/x', 'https://api.billing.example/v3/x', invoices]) await fake.fetch(url);
    expect(fake.calls.map(({ client }) => client)).toEqual(['ledger', 'ledger', 'billing']);
    expect(fake.client('billing').covers('https://ledger.example/x')).toBe(false);
    await expect(fake.client('ledger').fetch(invoices)).rejects.toMatchObject({ code: 'outside_attach_to' });
  });

  it('must be named where there is another', async () => {
    const fake = fakeOutboundAuth({ billing: 'a', ledger: 'b' }, respond);
    await expect(fake.fetch(invoices)).rejects.toMatchObject({ code: 'ambiguous_client' });
    await fake.fetch(invoices, { outboundAuth: { client: 'ledger' } });
    expect(fake.calls).toMatchObject([{ client: 'ledger', headers: { authorization: 'Bearer b' } }]);
  });

  it('E22 loses its token on a redirect to another host, as in life', async () => {
    const fake = fakeOutboundAuth(
      { billing: { token: 'a', headers: { 'x-api-key': 'k' } } },
      { respond: ({ url }) => (url === invoices ? Response.redirect('https://elsewhere.example/', 307) : ok()) },
    );
    // Known by a call of its own, the other host is no more trusted.
    await fake.fetch('https://elsewhere.example/');
    fake.reset();
    expect((await fake.fetch(invoices)).status).toBe(200);
    expect(fake.calls).toEqual([
      {
        client: 'billing',
        method: 'GET',
        url: invoices,
        headers: { authorization: 'Bearer a', 'x-api-key': 'k' },
        status: 307,
      },
      { method: 'GET', url: 'https://elsewhere.example/', headers: {}, status: 200 },
    ]);
  });
});

describe('a function for a token', () => {
  it('is asked once for each set of parameters, whatever the address', async () => {
    const token = vi.fn(({ scope = 'none' }: { scope: string | undefined }) => `for-${scope}`);
    const fake = fakeOutboundAuth({ billing: { token, scope: 'read' } }, respond);
    await fake.fetch(invoices);
    await fake.fetch('https://another.example');
    await fake.client('billing').getAccessToken();
    await fake.fetch(invoices, { outboundAuth: { scope: 'write' } });
    expect(token).toHaveBeenCalledTimes(2);
    expect(fake.calls.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer for-read',
      'Bearer for-read',
      'Bearer for-write',
    ]);
    expect(fake.status().clients['billing']).toMatchObject({ token: 'valid', tokens: 1 });
  });

  it('E15 is asked once more for all addresses when an API refuses its token', async () => {
    let count = 0;
    const fake = fakeOutboundAuth(
      { billing: { token: () => `token-${(count += 1)}` } },
      {
        respond: ({ headers }) =>
          new Response(null, { status: headers['authorization'] === 'Bearer token-1' ? 401 : 200 }),
      },
    );
    await fake.client('billing').getAccessToken();
    for (const url of [invoices, 'https://another.example', invoices]) await fake.fetch(url);
    expect(fake.calls.map(({ status }) => status)).toEqual([401, 200, 200, 200]);
    expect(count).toBe(2);
  });

  it('fails calls by what it throws, at once', async () => {
    const error = new TokenRequestError('down', { code: 'token_endpoint_failed', retryAfter: 60 });
    const token = vi.fn(() => Promise.reject(error));
    const fake = fakeOutboundAuth({ billing: { token } });
    await expect(fake.fetch(invoices)).rejects.toMatchObject({ message: 'down', status: 503, retryAfter: 60 });
    await expect(fake.fetch(invoices)).rejects.toThrow('down');
    expect(token).toHaveBeenCalledTimes(2);
  });

  it('E39 makes tokens on behalf of users', async () => {
    const token = ({ subjectToken }: { subjectToken: string | undefined }): string => `for-${subjectToken}`;
    const fake = fakeOutboundAuth({ billing: { token, onBehalfOf: true } }, respond);
    await Promise.all(['ada', 'bob'].map((user) => fake.withSubjectToken(user, () => fake.fetch(invoices))));
    expect(fake.calls.map(({ headers }) => headers['authorization'])).toEqual(['Bearer for-ada', 'Bearer for-bob']);
    await expect(fake.fetch(invoices)).rejects.toMatchObject({ code: 'subject_token_missing' });
  });
});

describe('failing', () => {
  it('lets nobody have a token, until it recovers', async () => {
    const fake = fakeOutboundAuth(
      { billing: 'a', ledger: { token: 'b', attachTo: ['https://ledger.example'] } },
      respond,
    );
    const held = fake.client('billing');
    await fake.fetch(invoices);
    fake.fail('billing');
    const failure = { name: 'TokenRequestError', code: 'token_endpoint_unreachable', client: 'billing', status: 502 };
    await expect(fake.fetch(invoices)).rejects.toMatchObject(failure);
    await expect(held.fetch(invoices)).rejects.toMatchObject(failure);
    await expect(held.getAccessToken()).rejects.toMatchObject(failure);
    await expect(fake.warmUp()).rejects.toMatchObject(failure);
    expect(held.peekAccessToken()).toBeUndefined();
    expect((await fake.fetch('https://ledger.example')).status).toBe(200);
    fake.recover();
    expect((await held.fetch(invoices)).status).toBe(200);
    await fake.warmUp();
  });

  it('gives each caller an error of its own, as the test wants it', async () => {
    const error = new TokenRequestError('later', { code: 'too_many_requests', client: 'billing', retryAfter: 7 });
    const fake = fakeOutboundAuth({ billing: 'a' });
    fake.fail('billing', error);
    const [first, second] = await Promise.allSettled([fake.fetch(invoices), fake.fetch(invoices)]);
    const failed = { status: 'rejected', reason: { message: 'later', status: 503, headers: { 'retry-after': '7' } } };
    expect([first, second]).toMatchObject([failed, failed]);
    expect(first).not.toBe(second);
    expect(first).toBeInstanceOf(Object);
  });

  it('E23 fails no call that brings its own credentials', async () => {
    const fake = fakeOutboundAuth({ billing: 'a' }, respond);
    fake.fail('billing');
    await fake.fetch(invoices, { headers: { Authorization: 'Basic own' } });
    expect(fake.calls).toEqual([
      { client: 'billing', method: 'GET', url: invoices, headers: { authorization: 'Basic own' }, status: 200 },
    ]);
  });

  it('is refused for a client that is not there', () => {
    const fake = fakeOutboundAuth<string>({ billing: 'a' });
    expect(() => fake.fail('biling')).toThrow("did you mean 'billing'?");
  });
});

describe('revoking', () => {
  it('forgets the token without a server', async () => {
    let count = 0;
    const fake = fakeOutboundAuth({ billing: { token: () => `token-${(count += 1)}` } });
    const client = fake.client('billing');
    await client.getAccessToken();
    await client.revoke();
    expect((await client.getAccessToken()).value).toBe('token-2');
    expect(fake.calls).toEqual([]);
  });
});

describe('tenants', () => {
  const tenants = { acme: 'a-token', other: { token: 'b', attachTo: ['https://other.example'] } };

  it('are clients by their own names', async () => {
    const fake = fakeOutboundAuth({}, { tenants, respond: ok });
    const acme = await fake.tenant('acme');
    await acme.fetch(invoices);
    await fake.fetch(invoices, { outboundAuth: { tenant: 'acme', scope: 'x' } });
    await fake.fetch(invoices);
    expect(fake.calls).toMatchObject([{ client: 'acme' }, { client: 'acme' }, { headers: {} }]);
    expect(fake.calls[2]?.client).toBeUndefined();
    expect(fake.status().tenants).toBe(2);
    const outside = fake.fetch(invoices, { outboundAuth: { tenant: 'other' } });
    await expect(outside).rejects.toMatchObject({ code: 'outside_attach_to', client: 'other' });
  });

  it('are refused where there are none of the name', async () => {
    const fake = fakeOutboundAuth({}, { tenants });
    await expect(fake.tenant('acne')).rejects.toMatchObject({ code: 'unknown_client', client: 'acne' });
    await expect(fake.fetch(invoices, { outboundAuth: { tenant: 'acne' } })).rejects.toThrow(
      'fakeOutboundAuth(clients, { tenants })',
    );
  });

  it('are asked anew once forgotten', async () => {
    const token = vi.fn(() => 'a');
    const fake = fakeOutboundAuth({}, { tenants: { acme: { token } } });
    const acme = await fake.tenant('acme');
    for (const forget of [false, true]) {
      if (forget) fake.forget('acme');
      await acme.getAccessToken();
      await acme.getAccessToken();
    }
    expect(token).toHaveBeenCalledTimes(2);
  });
});

describe('wrong options', () => {
  const make = (clients: unknown, options?: unknown) => (): unknown =>
    Reflect.apply(fakeOutboundAuth, undefined, [clients, options]);

  it.each([
    [undefined, undefined, 'clients: must be an object such as'],
    [{ billing: '' }, undefined, 'clients.billing: must be the token alone'],
    [{ billing: 7 }, undefined, 'clients.billing: must be a text, not number; or an object with token'],
    [
      { billing: { attachTo: ['https://a.example'] } },
      undefined,
      'clients.billing.token: must be a text, not undefined',
    ],
    [{ billing: { token: 'a', attachTo: ['/v2'] } }, undefined, 'clients.billing.attachTo[0]: must be an absolute URL'],
    [
      { billing: { token: 'a', atachTo: [] } },
      undefined,
      'clients.billing.atachTo: is no option; did you mean attachTo?',
    ],
    [{}, { tenants: { acme: 'Bearer a' } }, 'tenants.acme: must be the token alone'],
    [{}, { respond: Response.json({}) }, 'respond: must be a function'],
    [{}, { network: 'off' }, "network: must be 'refuse' or 'pass'"],
    [{}, { unmached: 'refuse' }, 'unmached: is no option; did you mean unmatched?'],
  ])('%j, %j', (clients, options, message) => {
    expect(make(clients, options)).toThrow(OptionsError);
    expect(make(clients, options)).toThrow(message);
  });
});

it('is no real one in disguise: that refuses such addresses', () => {
  expect(() => createOutboundAuth({ clients: {} })).not.toThrow();
});

import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { none } from '../../src/client-authentication/none.ts';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import { normalize } from '../../src/options/normalize.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { clientProblems, least, problemsOf, untyped } from './problems.ts';

const dispatcher = new Agent();
const address = 'the address of an HTTP proxy, such as http://proxy.example:8080 (user:password@ percent-encoded)';

/** The transport of a client, and of what no client covers. */
function transportOf(client: object, shared: object = {}) {
  const settings = normalize(untyped({ ...shared, clients: { billing: { ...least, ...client } } }));
  return { own: settings.clients[0]?.transport, shared: settings.shared.transport };
}

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('fetch, dispatcher and proxy', () => {
  it('are none, where nothing is said', () => {
    expect(transportOf({})).toMatchObject({
      own: { dispatcher: undefined, proxy: undefined },
      shared: { dispatcher: undefined, proxy: undefined },
    });
  });

  it('that are shared are those of each client that says nothing else', () => {
    const proxy = 'http://proxy.example:8080';
    expect(transportOf({}, { proxy }).own?.proxy).toEqual(new URL(proxy));
    expect(transportOf({}, { dispatcher }).own?.dispatcher).toBe(dispatcher);
    const fetch = vi.fn();
    expect(transportOf({ fetch }, { proxy }).own).toMatchObject({ fetch, proxy: new URL(proxy) });
  });

  it('of a client make the shared way void, the other kind too', () => {
    const [one, other] = ['http://one.example', 'https://other.example'];
    expect(transportOf({ proxy: one }, { proxy: other })).toMatchObject({
      own: { proxy: new URL(one) },
      shared: { proxy: new URL(other) },
    });
    expect(transportOf({ proxy: one }, { dispatcher }).own).toMatchObject({
      proxy: new URL(one),
      dispatcher: undefined,
    });
    expect(transportOf({ dispatcher }, { proxy: one }).own).toMatchObject({ proxy: undefined, dispatcher });
  });

  it('are refused where they are something else', () => {
    expect(clientProblems({ fetch: 'node-fetch', dispatcher: {} })).toEqual([
      'fetch: must be a function, not a text',
      'dispatcher: must be a dispatcher of undici, such as new Agent(…)',
    ]);
    for (const wrong of [null, 'agent', [], { dispatch: true }]) {
      expect(problemsOf({ clients: {}, dispatcher: wrong })).toEqual([
        'dispatcher: must be a dispatcher of undici, such as new Agent(…)',
      ]);
    }
  });

  it('are one way, not two', () => {
    const problem = 'proxy: stands beside dispatcher, which decides the way itself; give one of the two';
    expect(clientProblems({ dispatcher, proxy: 'http://proxy.example' })).toEqual([problem]);
    expect(clientProblems({ dispatcher, proxy: 'environment' })).toEqual([problem]);
    expect(problemsOf({ clients: {}, dispatcher, proxy: 'http://proxy.example' })).toEqual([problem]);
  });
});

describe('a dispatcher beside a certificate', () => {
  const remedy = 'Leave out one of the two, or let a dispatcher of this client show it, beside none()';
  const byCertificate = async () => {
    const { client, ca } = await makeCertificates();
    const { clientSecret: _, ...others } = least;
    return { ...others, clientAuthentication: tlsClientAuth({ cert: client.cert, key: client.key, ca }) };
  };

  it('would not show it, and is refused', async () => {
    const billing = { ...(await byCertificate()), dispatcher };
    expect(problemsOf({ clients: { billing } })).toEqual([
      `clients.billing.dispatcher: would not show the certificate of clientAuthentication. ${remedy}`,
    ]);
  });

  it('is refused where all share it, too', async () => {
    const [billing, ledger] = [await byCertificate(), least];
    expect(problemsOf({ dispatcher, clients: { billing, ledger } })).toEqual([
      `clients.billing.clientAuthentication: is a certificate, which the shared dispatcher would not show. ${remedy}`,
    ]);
    const proxied = { ...billing, proxy: 'http://proxy.example' };
    expect(problemsOf({ dispatcher, clients: { billing: proxied, ledger } })).toEqual([]);
  });

  it('may show one itself', async () => {
    const { clientSecret: _, ...others } = least;
    expect(problemsOf({ clients: { billing: { ...others, clientAuthentication: none(), dispatcher } } })).toEqual([]);
  });

  it('is looked for in clients alone: elsewhere client authentication is no option', () => {
    expect(problemsOf({ clients: {}, clientAuthentication: none() })).toEqual(['clientAuthentication: is no option']);
  });
});

describe('proxy', () => {
  it.each([
    'proxy.example:8080',
    'proxy.example',
    'socks5://proxy.example',
    '//proxy.example',
    'http://',
    'Environment',
  ])('cannot be %s', (proxy) => {
    expect(clientProblems({ proxy })).toEqual([`proxy: must be 'environment' or ${address}`]);
  });

  it('is a text', () => {
    expect(clientProblems({ proxy: '' })).toEqual(['proxy: must be a text that is not empty, not an empty text']);
    expect(clientProblems({ proxy: new URL('http://proxy.example') })).toEqual([
      'proxy: must be a text that is not empty, not an object',
    ]);
  });

  it('E25 may hold user and password, percent-encoded, which no mistake shows', () => {
    expect(clientProblems({ proxy: 'http://orders:p%40ss@proxy.example' })).toEqual([]);
    for (const proxy of ['http://orders:hunter2%zz@proxy.example', 'socks5://orders:hunter2@proxy.example']) {
      expect(clientProblems({ proxy })).toEqual([`proxy: must be 'environment' or ${address}`]);
    }
  });
});

describe("proxy: 'environment'", () => {
  it('is what the environment says when the options are read', () => {
    vi.stubEnv('HTTPS_PROXY', 'http://secure.example:1');
    vi.stubEnv('NO_PROXY', 'a.example,b.example');
    const https = new URL('http://secure.example:1');
    expect(transportOf({}, { proxy: 'environment' }).shared.proxy).toEqual({
      http: undefined,
      https,
      except: 'a.example,b.example',
    });
    vi.stubEnv('http_proxy', 'http://plain.example:2');
    vi.stubEnv('HTTP_PROXY', 'http://unused.example');
    vi.stubEnv('no_proxy', '*');
    const http = new URL('http://plain.example:2');
    expect(transportOf({ proxy: 'environment' }).own?.proxy).toEqual({ http, https, except: '*' });
  });

  it('is no proxy where the environment names none, so that undici is not needed', () => {
    vi.stubEnv('HTTP_PROXY', '');
    vi.stubEnv('NO_PROXY', '*');
    expect(transportOf({ proxy: 'environment' }).own?.proxy).toBeUndefined();
    expect(transportOf({ proxy: 'environment' }, { proxy: 'http://shared.example' }).own?.proxy).toBeUndefined();
  });

  it('E25 is refused where the environment is wrong, by the name of the variable and without its value', () => {
    vi.stubEnv('HTTP_PROXY', 'http://orders:hunter2%zz@proxy.example');
    vi.stubEnv('https_proxy', 'hunter2@proxy.example:8080');
    expect(clientProblems({ proxy: 'environment' })).toEqual([
      `proxy: is 'environment', where HTTP_PROXY must be ${address}`,
      `proxy: is 'environment', where HTTPS_PROXY must be ${address}`,
    ]);
  });
});

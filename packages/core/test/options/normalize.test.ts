import { exposedSecrets } from '@outbound-auth/testing';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import { isOutboundAuthError, OptionsError } from '../../src/errors.ts';
import { normalize } from '../../src/options/normalize.ts';
import { systemRandom } from '../../src/random.ts';
import { least, problemsOf, untyped } from './problems.ts';

const clients = { billing: least };

describe('options', () => {
  it('may be no more than one client', () => {
    const {
      shared,
      clients: [billing],
    } = normalize({ clients });
    expect(billing?.name).toBe('billing');
    expect(shared).toMatchObject({ unmatched: 'pass', clock: systemClock, random: systemRandom });
  });

  it('are the same seams for all clients', () => {
    const seams = { fetch: vi.fn(), clock: { now: () => 7, after: () => () => undefined }, random: () => 0.5 };
    const { shared, clients: settings } = normalize({ clients: { billing: least, ledger: least }, ...seams });
    const { fetch, ...others } = seams;
    for (const given of [shared, ...settings]) expect(given).toMatchObject({ ...others, transport: { fetch } });
    for (const { cache, emit } of settings) {
      expect(cache).toMatchObject({ clock: seams.clock, random: seams.random });
      expect(emit).toBe(shared.emit);
    }
  });

  it('may come out of a JSON file', () => {
    const text = `{
      "clients": {
        "billing": {
          "issuer": "https://idp.example", "clientId": "orders", "clientSecret": "s", "scope": "read write",
          "audience": ["a", "b"], "resource": "https://api.example/", "parameters": { "tenant": "t", "x": ["1", "2"] },
          "attachTo": ["https://api.example"], "headers": { "X-Api-Key": "k" }, "requestTimeout": 2,
          "defaultLifetime": 60, "renewal": "foreground", "allowInsecureRequests": true, "memoryCacheSize": 1
        }
      },
      "unmatched": "refuse"
    }`;
    const {
      shared,
      clients: [billing],
    } = normalize(untyped(JSON.parse(text)));
    expect(shared.unmatched).toBe('refuse');
    expect(billing).toMatchObject({
      issuer: 'https://idp.example',
      tokenEndpoint: undefined,
      clientId: 'orders',
      allowInsecureRequests: true,
      parameters: {
        scope: 'read write',
        audience: ['a', 'b'],
        resource: ['https://api.example/'],
        parameters: [
          ['tenant', 't'],
          ['x', '1'],
          ['x', '2'],
        ],
      },
      headers: [['x-api-key', 'k']],
      requestTimeout: 2_000,
      defaultLifetime: 60_000,
      cache: { renewal: 'foreground', capacity: 1 },
    });
  });

  it.each([undefined, null, 'text', 7, [], () => undefined, new Map()])('are an object, not %o', (options) => {
    expect(problemsOf(options)).toEqual(['options: must be an object with clients']);
  });

  it('name their clients', () => {
    const missing = 'clients: is missing; name at least one client, or give clients: {} beside resolveClient';
    expect(problemsOf({})).toEqual([missing]);
    expect(problemsOf({ resolveClient: () => undefined })).toEqual([missing]);
    expect(problemsOf({ resolveClient: () => undefined, clients: {} })).toEqual([]);
    expect(problemsOf({ clients: null })).toEqual(['clients: must be an object, not null']);
    expect(problemsOf({ clients: [least] })).toEqual(['clients: must be an object, not a list']);
    // Its entries are no properties, so it would pass for an empty object.
    for (const entries of [new Map([['billing', least]]), new Set([least])]) {
      expect(problemsOf({ clients: entries })).toEqual(['clients: must be an object, not a Map or Set']);
    }
  });

  it('give each client its own options', () => {
    expect(problemsOf({ clients: { billing: undefined } })).toEqual([
      'clients.billing: is undefined; give its options, or leave it out',
    ]);
    expect(problemsOf({ clients: { billing: 'https://idp.example' } })).toEqual([
      'clients.billing: must be an object, not a text',
    ]);
  });

  it('are refused with all their mistakes in one error', () => {
    const options = { clients: { billing: {}, ledger: { ...least, attachTo: ['x', 'y'] } }, unmatched: 'no', extra: 1 };
    expect(problemsOf(options)).toEqual([
      "unmatched: must be 'pass' or 'refuse'",
      'clients.billing.issuer: is missing; give the issuer (its endpoints are discovered) or the tokenEndpoint',
      'clients.billing.clientId: is missing; give the client identifier that the authorization server issued',
      'clients.billing.clientSecret: is missing; give it, or a clientAuthentication (none() for a client without one)',
      'clients.billing.attachTo: is missing; list the address prefixes that the token may be sent to',
      'clients.ledger.attachTo[0]: must be an absolute URL, such as https://api.example.com/v2',
      'clients.ledger.attachTo[1]: must be an absolute URL, such as https://api.example.com/v2',
      'extra: is no option',
    ]);
    expect(() => normalize(untyped({ clients: {}, extra: 1 }))).toThrow('wrong options:\n  extra: is no option');
  });

  it('that are misspelt are refused, with the name that was meant', () => {
    expect(problemsOf({ clients, onevent: () => undefined, unmached: 'pass', Clock: {} })).toEqual([
      'onevent: is no option; did you mean onEvent?',
      'unmached: is no option; did you mean unmatched?',
      'Clock: is no option; did you mean clock?',
    ]);
  });

  it('hold functions where functions belong', () => {
    expect(problemsOf({ clients, onEvent: 'log', fetch: {}, random: 0.5 })).toEqual([
      'onEvent: must be a function, not a text',
      'random: must be a function, not a number',
      'fetch: must be a function, not an object',
    ]);
  });

  it.each([null, {}, { now: () => 0 }, { after: () => () => undefined }, { now: 0, after: 0 }])(
    'do not take %o for a clock',
    (clock) => {
      expect(problemsOf({ clients, clock })).toEqual(['clock: must be an object with the functions now and after']);
    },
  );

  it('take a clock that is an instance of a class', () => {
    class Clock {
      now = () => 7;
      after() {
        return () => undefined;
      }
    }
    expect(normalize({ clients, clock: new Clock() }).shared.clock.now()).toBe(7);
  });

  it('E38 leave fetch to be looked up at each call', async () => {
    const { shared } = normalize({ clients });
    const mock = vi.fn(() => Promise.resolve(new Response('mocked')));
    vi.stubGlobal('fetch', mock);
    try {
      expect(await (await shared.transport.fetch('https://api.example', { method: 'PUT' })).text()).toBe('mocked');
      expect(mock).toHaveBeenCalledWith('https://api.example', { method: 'PUT' });
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('cannot be polluted by names such as __proto__', () => {
    const parsed: unknown = JSON.parse(`{ "clients": { "__proto__": ${JSON.stringify(least)} }, "__proto__": {} }`);
    expect(problemsOf(parsed)).toEqual(['__proto__: is no option']);
    const { clients: named } = normalize(
      untyped(JSON.parse(`{ "clients": { "__proto__": ${JSON.stringify(least)} } }`)),
    );
    expect(named.map(({ name }) => name)).toEqual(['__proto__']);
  });
});

describe('any JSON', () => {
  const secret = 'hunter2-hunter2';
  const anything = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom(secret, null, true, '', 'https://idp.example', 'http://idp.example/?x#y', 'x', 0, -1, 4, 1e9),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'x-key', 'Authorization', '__proto__'), tie('value'), { maxKeys: 2 }),
    ),
  })).value;
  const good = {
    issuer: 'https://idp.example',
    clientId: 'orders',
    clientSecret: secret,
    attachTo: ['https://api.example'],
    scope: 'read',
    audience: ['https://api.example'],
    resource: 'urn:api',
    parameters: { device_code: secret },
    headers: { 'x-key': secret },
    requestTimeout: 1,
  };
  const others = ['tokenEndpoint', 'clientAuthentication', 'grant', 'renewal', 'expiryMargin', 'clientsecret'];
  const seldom = (arbitrary: fc.Arbitrary<object>) =>
    fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary });
  const slips = fc.dictionary(fc.constantFrom(...Object.keys(good), ...others), anything, { maxKeys: 2 });
  const clients = fc.dictionary(
    fc.constantFrom('billing', 'ledger', ''),
    seldom(slips).map((given) => ({ ...good, ...given })),
    { minKeys: 1, maxKeys: 2 },
  );
  const moreSlips = fc.dictionary(fc.constantFrom('clients', 'unmatched', 'clock', 'x'), anything, { maxKeys: 1 });
  const options = fc.tuple(clients, seldom(moreSlips)).map(([named, given]) => ({ clients: named, ...given }));

  it('E25 gives a usable auth, or one OptionsError that shows no value of it', () => {
    let usable = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: options }, { weight: 1, arbitrary: anything }), (given) => {
        try {
          const { clients: settings } = normalize(untyped(given));
          const auth = createOutboundAuth<string>(untyped(given));
          for (const { name } of settings) expect(auth.client(name).peekAccessToken()).toBeUndefined();
          usable += settings.length;
        } catch (error) {
          expect(isOutboundAuthError(error) && error instanceof OptionsError).toBe(true);
          expect(exposedSecrets(error, [secret])).toEqual([]);
          refused += 1;
        }
      }),
      { numRuns: 500 },
    );
    // Both happen, or the options above are too good or too bad to prove anything.
    expect(Math.min(usable, refused)).toBeGreaterThan(20);
  });
});

import { manualClock } from '@outbound-auth/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OptionsError } from '../../src/errors.ts';
import type { TokenParameters } from '../../src/options/options.ts';
import { noParameters, readCallParameters, type RequestParameters } from '../../src/options/token-parameters.ts';
import { BearerRequest, serve } from '../../src/subject-token.ts';
import { Subjects, type SubjectSource } from '../../src/tokens/subjects.ts';
import type { TokenRequest } from '../../src/tokens/token-source.ts';
import { TokenRequests } from '../../src/tokens/token-requests.ts';

function requestsOf(
  own: Partial<RequestParameters> = {},
  client = 'billing',
  sources: readonly SubjectSource[] = [],
): TokenRequests {
  const subjects = new Subjects(
    { name: client, auth: {}, clock: manualClock(), requestTimeout: 4_000, capacity: 100 },
    sources,
  );
  const parameters = { ...noParameters, ...own };
  return new TokenRequests({
    clientKey: client,
    parameters,
    subjects,
    read: readCallParameters,
  });
}

function requestFor(requests: TokenRequests, parameters?: TokenParameters): TokenRequest {
  const request = requests.for(parameters);
  if (request instanceof Promise) throw new Error('the subject is known, so there is nothing to wait for');
  return request;
}

const key = (parameters: TokenParameters, requests = requestsOf()) => requestFor(requests, parameters).key;

describe('the token requests of a client', () => {
  it('are its own without parameters of a call, and with parameters that say the same', () => {
    const requests = requestsOf({ scope: 'read write', audience: ['https://api.example'] });
    expect(requests.for(undefined)).toBe(requests.own);
    expect(requests.for({})).toBe(requests.own);
    expect(requests.for({ scope: 'write read' })).toBe(requests.own);
    expect(requests.own).toMatchObject({ own: true, scope: 'read write', audience: ['https://api.example'] });
  });

  it.each<[string, TokenParameters]>([
    ['scope', { scope: 'write' }],
    ['audience', { audience: 'https://other.example' }],
    ['resource', { resource: 'https://other.example' }],
    ['another parameter', { parameters: { tenant: 'seven' } }],
    ['a second value of a parameter', { parameters: { tenant: ['seven', 'eight'] } }],
    ['the same value under another name', { parameters: { audiences: 'https://other.example' } }],
  ])('E08 have a key of their own by %s', (_what, parameters) => {
    const requests = requestsOf({ scope: 'read' });
    const others: TokenParameters[] = [
      { scope: 'read' },
      { scope: 'write delete' },
      { audience: 'https://third.example' },
      { resource: 'https://third.example' },
      { parameters: { tenant: 'eight' } },
    ];
    for (const other of others) expect(requestFor(requests, parameters).key).not.toBe(requestFor(requests, other).key);
    expect(requestFor(requests, parameters).own).toBe(false);
  });

  it('E08 differ from those of another client with the same parameters', () => {
    expect(requestsOf({}, 'billing').own.key).not.toBe(requestsOf({}, 'ledger').own.key);
  });

  it('E08 take a parameter that is undefined for one that is not given, in either order', () => {
    const own: Partial<RequestParameters> = { parameters: [['tenant', 'seven']] };
    const unsaid: object = { parameters: { tenant: undefined } };
    for (const sets of [
      [unsaid, { parameters: {} }],
      [{ parameters: {} }, unsaid],
    ]) {
      const requests = requestsOf(own);
      for (const parameters of sets) expect(requests.for(parameters)).toBe(requests.own);
    }
  });

  it('E09 take scopes as a set, however they are spelt', () => {
    const spellings: TokenParameters[] = [
      { scope: 'a b' },
      { scope: 'b a' },
      { scope: ' b  a b ' },
      { scope: ['a', 'b'] },
      { scope: ['b a'] },
    ];
    expect(new Set(spellings.map((parameters) => key(parameters))).size).toBe(1);
    expect(key({ scope: 'ab' })).not.toBe(key({ scope: 'a b' }));
  });

  it('E09 do not confuse adjacent fields', () => {
    expect(key({ audience: ['a', 'bc'] })).not.toBe(key({ audience: ['ab', 'c'] }));
    expect(key({ audience: 'a', resource: 'urn:b' })).not.toBe(key({ audience: ['a', 'urn:b'] }));
    expect(key({ parameters: { a: 'bc' } })).not.toBe(key({ parameters: { ab: 'c' } }));
  });

  it('say what is wrong with parameters that JSON cannot hold, and take null for none', () => {
    const requests = requestsOf();
    const details: object = { authorizationDetails: [{ type: 'payment', amount: 1n }] };
    expect(() => requests.for(details)).toThrow(OptionsError);
    expect(requests.for(null as never)).toBe(requests.own);
    for (const given of ['', 'read', [], 7]) expect(() => requests.for(given as never)).toThrow(OptionsError);
  });

  it('lay a call’s parameters over the client’s', () => {
    const requests = requestsOf({
      scope: 'read',
      audience: ['https://api.example'],
      parameters: [
        ['tenant', 'seven'],
        ['region', 'north'],
      ],
    });
    expect(requests.for({ scope: 'write', parameters: { tenant: 'eight' } })).toMatchObject({
      scope: 'write',
      audience: ['https://api.example'],
      parameters: [
        ['region', 'north'],
        ['tenant', 'eight'],
      ],
    });
  });

  it('are derived once for each distinct set of parameters', () => {
    const requests = requestsOf();
    expect(requests.for({ scope: 'write' })).toBe(requests.for({ scope: 'write' }));
  });

  it('refuse what is no token parameter, each time', () => {
    const requests = requestsOf();
    const misspelt: object = { scopes: 'write' };
    for (let call = 0; call < 2; call += 1) {
      expect(() => requests.for(misspelt)).toThrow(OptionsError);
      expect(() => requests.for(misspelt)).toThrow('scopes: is no option; did you mean scope?');
    }
  });
});

describe('the token requests of a client that acts for users', () => {
  const served = [{ name: 'subject_token', source: undefined }];
  const ofUser = (requests: TokenRequests, request: BearerRequest, parameters?: TokenParameters) =>
    serve(request, () => requestFor(requests, parameters));

  it('are derived once for a served request and a distinct set of parameters', () => {
    const requests = requestsOf({ scope: 'read' }, 'billing', served);
    const grace = new BearerRequest('of-grace');
    const plain = ofUser(requests, grace);
    const writing = ofUser(requests, grace, { scope: 'write' });
    expect(ofUser(requests, grace)).toBe(plain);
    expect(ofUser(requests, grace, { scope: 'write' })).toBe(writing);
    expect(writing.key).not.toBe(plain.key);
    expect(plain).toMatchObject({ own: false, scope: 'read', subject: { subject_token: 'of-grace' } });
    // The same user in another request: the same token, looked for anew.
    expect(ofUser(requests, new BearerRequest('of-grace'))).not.toBe(plain);
    expect(ofUser(requests, new BearerRequest('of-grace')).key).toBe(plain.key);
  });

  it('E10 are never the client’s own, nor another user’s, with the same parameters', () => {
    const requests = requestsOf({ scope: 'read' }, 'billing', served);
    const [grace, ada] = ['of-grace', 'of-ada'].map((token) => ofUser(requests, new BearerRequest(token)));
    expect(new Set([requests.own.key, grace?.key, ada?.key]).size).toBe(3);
    expect([grace?.own, ada?.own]).toEqual([false, false]);
    expect(() => requests.for(undefined)).toThrow('this call has no subject token');
  });

  it('are the client’s own where a text says who it is for, under a key of that subject', () => {
    const of = (name: string) => requestsOf({}, 'billing', [{ name: 'username', source: name }]);
    const requests = of('grace');
    expect(requests.for(undefined)).toBe(requests.own);
    expect(requests.for({ scope: 'read' })).toBe(requests.for({ scope: 'read' }));
    expect(requests.own).toMatchObject({ own: true, subject: { username: 'grace' } });
    expect(new Set([of('grace'), of('ada'), requestsOf()].map(({ own }) => own.key)).size).toBe(3);
  });

  it('come as a promise only where a subject must be waited for, with its parameters checked all the same', async () => {
    const requests = requestsOf({}, 'billing', [{ name: 'subject_token', source: async () => 'of-grace' }]);
    const request = requests.for({ scope: 'write' });
    expect(request).toBeInstanceOf(Promise);
    expect(await request).toMatchObject({ scope: 'write', subject: { subject_token: 'of-grace' } });
    const misspelt: object = { scopes: 'write' };
    await expect(requests.for(misspelt)).rejects.toThrow('did you mean scope?');
  });

  it('E08 E10 have one key for two calls only if user and parameters are the same', () => {
    const text = fc.oneof(fc.constantFrom('a', 'b', 'ab', 'a1:b', '1:a'), fc.string({ minLength: 1, maxLength: 4 }));
    const call = fc.record({
      user: text.filter((token) => !/\s/.test(token)),
      audience: fc.array(text, { maxLength: 2 }),
      parameters: fc.dictionary(fc.constantFrom('subject', 'audience_', 'x'), text, { maxKeys: 2 }),
    });
    const requests = requestsOf({}, 'billing', served);
    const meaning = ({ user, audience, parameters }: { user: string; audience: string[]; parameters: object }) =>
      JSON.stringify([user, [...audience].sort(), Object.entries(parameters).sort()]);
    fc.assert(
      fc.property(call, call, (one, other) => {
        const [first, second] = [one, other].map(
          ({ user, ...parameters }) => ofUser(requests, new BearerRequest(user), parameters).key,
        );
        expect(first === second).toBe(meaning(one) === meaning(other));
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { normalize } from '../../src/options/normalize.ts';
import { clientProblems, least } from './problems.ts';

describe('a client', () => {
  it('has every default of the documentation', () => {
    const [billing] = normalize({ clients: { billing: least } }).clients;
    expect(billing).toMatchObject({
      issuer: undefined,
      allowInsecureRequests: false,
      grant: { type: 'client_credentials' },
      parameters: { scope: undefined, audience: [], resource: [], parameters: [] },
      headers: [],
      revocationEndpoint: undefined,
      dpop: undefined,
      tokenRequestFormat: 'form',
      tokenRequestHeaders: [],
      requestTimeout: 4_000,
      defaultLifetime: 300_000,
      cache: {
        client: 'billing',
        renewal: 'background',
        capacity: 10_000,
        expiryMargin: 30_000,
        expiryMarginShare: 0.05,
        renewalMargin: 300_000,
        renewalMarginShare: 0.25,
        renewalJitter: 0.05,
      },
    });
  });

  it('says where its authorization server is', () => {
    const missing = 'issuer: is missing; give the issuer (its endpoints are discovered) or the tokenEndpoint';
    expect(clientProblems({ tokenEndpoint: undefined })).toEqual([missing]);
    expect(clientProblems({ issuer: 'https://idp.example' })).toEqual([]);
  });

  it('has a client identifier', () => {
    const missing = 'clientId: is missing; give the client identifier that the authorization server issued';
    expect(clientProblems({ clientId: undefined })).toEqual([missing]);
    expect(clientProblems({ clientId: '' })).toEqual(['clientId: must be a text that is not empty, not an empty text']);
    expect(clientProblems({ clientId: 7 })).toEqual(['clientId: must be a text that is not empty, not a number']);
    expect(clientProblems({ clientId: ['a'] })).toEqual(['clientId: must be a text that is not empty, not a list']);
  });

  it.each([
    ['requestTimeout', 0.001, 1_000_000, 'seconds'],
    ['defaultLifetime', 1, 1_000_000, 'seconds'],
    ['expiryMargin', 0, 1_000_000, 'seconds'],
    ['renewalMargin', 0, 1_000_000, 'seconds'],
    ['expiryMarginShare', 0, 0.5, 'a share of the lifetime'],
    ['renewalMarginShare', 0, 0.7, 'a share of the lifetime'],
    ['renewalJitter', 0, 0.2, 'a share of the lifetime'],
    ['memoryCacheSize', 1, 10_000_000, 'tokens'],
  ])('takes for %s a number from %d to %d', (name, min, max, unit) => {
    const rule = `${name}: must be a number from ${min} to ${max} (${unit}), not`;
    for (const good of [min, max]) expect(clientProblems({ [name]: good })).toEqual([]);
    for (const wrong of [min - 0.0001, max + 0.1, NaN, Infinity]) {
      expect(clientProblems({ [name]: wrong })).toEqual([`${rule} ${wrong}`]);
    }
    expect(clientProblems({ [name]: `${min}` })).toEqual([`${rule} a text`]);
    expect(clientProblems({ [name]: null })).toEqual([`${rule} null`]);
  });

  it('takes true and false for a switch, and no text that looks like one', () => {
    expect(clientProblems({ allowInsecureRequests: 'true' })).toEqual([
      'allowInsecureRequests: must be true or false, not a text',
    ]);
    expect(clientProblems({ allowInsecureRequests: 1 })).toEqual([
      'allowInsecureRequests: must be true or false, not a number',
    ]);
  });

  it('renews in the background or the foreground', () => {
    expect(clientProblems({ renewal: 'never' })).toEqual(["renewal: must be 'background' or 'foreground'"]);
    expect(clientProblems({ renewal: null })).toEqual(["renewal: must be 'background' or 'foreground'"]);
  });

  it('writes its token requests as a form or as JSON', () => {
    for (const good of ['form', 'json', undefined]) expect(clientProblems({ tokenRequestFormat: good })).toEqual([]);
    for (const wrong of ['xml', 'JSON', null, true]) {
      expect(clientProblems({ tokenRequestFormat: wrong })).toEqual(["tokenRequestFormat: must be 'form' or 'json'"]);
    }
  });

  it('has no option that is misspelt, whatever its value', () => {
    expect(clientProblems({ scopes: undefined, clientID: 'a', client_secret: 'b', tokenUrl: 'c' })).toEqual([
      'scopes: is no option; did you mean scope?',
      'clientID: is no option; did you mean clientId?',
      'client_secret: is no option; did you mean clientSecret?',
      'tokenUrl: is no option',
    ]);
  });
});

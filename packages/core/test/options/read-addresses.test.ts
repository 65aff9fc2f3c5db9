import { describe, expect, it } from 'vitest';
import { normalize } from '../../src/options/normalize.ts';
import { clientProblems, least } from './problems.ts';

const insecure = 'must begin with https://, or tokens travel in the clear (loopback apart; or allowInsecureRequests)';

describe.each(['issuer', 'tokenEndpoint'])('%s', (name) => {
  it('is an absolute URL', () => {
    const example = name === 'issuer' ? 'https://idp.example.com' : 'https://idp.example.com/token';
    for (const text of ['idp.example', '/token', '//idp.example']) {
      expect(clientProblems({ [name]: text })).toEqual([`${name}: must be an absolute URL, such as ${example}`]);
    }
    expect(clientProblems({ [name]: '' })).toEqual([`${name}: must be a text that is not empty, not an empty text`]);
    expect(clientProblems({ [name]: new URL('https://idp.example') })).toEqual([
      `${name}: must be a text that is not empty, not an object`,
    ]);
  });

  it.each(['http://idp.example', 'http://127.0.0.1.example', 'ftp://idp.example', 'idp.example:443/token'])(
    'E24 does not send a secret in the clear: %s',
    (text) => {
      expect(clientProblems({ [name]: text })).toEqual([`${name}: ${insecure}`]);
    },
  );

  it('E24 takes http: on loopback, and elsewhere by the ugly switch alone', () => {
    for (const text of ['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:9/x']) {
      expect(clientProblems({ [name]: text })).toEqual([]);
    }
    expect(clientProblems({ [name]: 'http://idp.example', allowInsecureRequests: true })).toEqual([]);
    expect(clientProblems({ [name]: 'ftp://idp.example', allowInsecureRequests: true })).toEqual([
      `${name}: ${insecure}`,
    ]);
  });

  it('holds no user info, which would be a second set of credentials', () => {
    const problem = `${name}: must not hold user info (user:password@); use clientId and clientSecret`;
    for (const user of ['user:password', 'user', ':password']) {
      expect(clientProblems({ [name]: `https://${user}@idp.example` })).toEqual([problem]);
    }
  });

  it('holds no fragment', () => {
    expect(clientProblems({ [name]: 'https://idp.example/#a' })).toEqual([`${name}: must not hold a fragment (#…)`]);
  });

  it('holds a query only where it is sent as it stands', () => {
    const problems = name === 'issuer' ? ['issuer: must not hold a query (?…)'] : [];
    expect(clientProblems({ [name]: 'https://idp.example/?tenant=7' })).toEqual(problems);
  });
});

describe('an issuer', () => {
  it.each([
    '.well-known/openid-configuration',
    'a/.well-known/openid-configuration/',
    '.well-known/oauth-authorization-server/a',
  ])('is not the address of its metadata: %s', (path) => {
    expect(clientProblems({ issuer: `https://idp.example/${path}` })).toEqual([
      'issuer: is the address of its metadata; leave /.well-known/… out',
    ]);
    expect(clientProblems({ tokenEndpoint: `https://idp.example/${path}` })).toEqual([]);
  });
});

describe('attachTo', () => {
  const missing = 'attachTo: is missing; list the address prefixes that the token may be sent to';
  const empty = 'attachTo: is empty; list the address prefixes that the token may be sent to';

  it('is there, and is not empty', () => {
    expect(clientProblems({ attachTo: undefined })).toEqual([missing]);
    expect(clientProblems({ attachTo: [] })).toEqual([empty]);
  });

  it('is one text or a list of texts', () => {
    expect(clientProblems({ attachTo: 'https://api.example' })).toEqual([]);
    expect(clientProblems({ attachTo: null })).toEqual(['attachTo: must be a text or a list of texts, not null']);
    expect(clientProblems({ attachTo: '' })).toEqual([
      'attachTo: must be a text or a list of texts, not an empty text',
    ]);
    expect(clientProblems({ attachTo: 'api.example' })).toEqual([
      'attachTo: must be an absolute URL, such as https://api.example.com/v2',
    ]);
  });

  it('has each mistake named by its place, whatever stands before it', () => {
    const attachTo = [7, 'https://api.example', '', 'x', null, 'https://api.example/*'];
    expect(clientProblems({ attachTo })).toEqual([
      'attachTo[0]: must be a text, not a number',
      'attachTo[2]: must be a text, not an empty text',
      'attachTo[4]: must be a text, not null',
      'attachTo[3]: must be an absolute URL, such as https://api.example.com/v2',
      'attachTo[5]: must not hold a wildcard: list each prefix',
    ]);
  });

  it.each([
    ['ftp://api.example', 'must begin with https://'],
    ['https://user:password@api.example', 'must not hold user info (user:password@)'],
    ['https://api.example?x=1', 'must not hold a query or a fragment: only paths are matched'],
    ['https://api.example/#x', 'must not hold a query or a fragment: only paths are matched'],
    ['https://api.example/a%2fb', 'must not hold encoded separators (%2f, %5c, ;/)'],
  ])('refuses %s', (text, message) => {
    expect(clientProblems({ attachTo: [text] })).toEqual([`attachTo[0]: ${message}`]);
  });

  it('E24 does not send a token in the clear', () => {
    const attachTo = ['http://api.example'];
    expect(clientProblems({ attachTo })).toEqual([`attachTo[0]: ${insecure}`]);
    expect(clientProblems({ attachTo, allowInsecureRequests: true })).toEqual([]);
    expect(clientProblems({ attachTo: ['http://localhost:3000/v2'] })).toEqual([]);
  });

  it('is kept in order, prefix by prefix', () => {
    const attachTo = ['https://api.example/v2/', 'https://API.example:443'];
    expect(normalize({ clients: { billing: { ...least, attachTo } } }).clients[0]?.attachTo).toEqual([
      { origin: 'https://api.example', segments: ['v2'] },
      { origin: 'https://api.example', segments: [] },
    ]);
  });
});

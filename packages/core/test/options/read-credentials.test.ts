import { describe, expect, it } from 'vitest';
import { password } from '../../src/grants/password.ts';
import { clientCredentials } from '../../src/grants/client-credentials.ts';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { clientSecretJwt } from '../../src/client-authentication/client-secret-jwt.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { none } from '../../src/client-authentication/none.ts';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import { normalize } from '../../src/options/normalize.ts';
import { env } from '../../src/options/env.ts';
import { draftOf } from '../draft.ts';
import { clientProblems, least } from './problems.ts';

const secretRule = 'must be a text that is not empty, or a function that gives one (for example env(…))';
const { clientSecret: _, ...withoutSecret } = least;

describe('client authentication', () => {
  it('is given once: as clientSecret, or as clientAuthentication', () => {
    const clientAuthentication = clientSecretPost('a-secret');
    expect(clientProblems({ clientSecret: env('SECRET') })).toEqual([]);
    expect(clientProblems({ clientSecret: undefined, clientAuthentication })).toEqual([]);
    expect(clientProblems({ clientSecret: undefined })).toEqual([
      'clientSecret: is missing; give it, or a clientAuthentication (none() for a client without one)',
    ]);
    expect(clientProblems({ clientAuthentication })).toEqual([
      'clientAuthentication: stands beside clientSecret; give one of the two',
    ]);
  });

  it.each([null, '', 7, ['s'], { secret: 's' }])('E25 does not take %o for a secret, nor shows it', (clientSecret) => {
    expect(clientProblems({ clientSecret })).toEqual([`clientSecret: ${secretRule}`]);
  });

  it('is a function', () => {
    expect(clientProblems({ clientSecret: undefined, clientAuthentication: 'private_key_jwt' })).toEqual([
      'clientAuthentication: must be a function, not a text',
    ]);
  });

  it.each([
    [none, 'none()'],
    [clientSecretBasic, 'clientSecretBasic(secret)'],
    [clientSecretPost, 'clientSecretPost(secret)'],
    [clientSecretJwt, 'clientSecretJwt(secret)'],
    [privateKeyJwt, 'privateKeyJwt(key)'],
    [tlsClientAuth, 'tlsClientAuth({ … })'],
  ])('is what a function of ours gives, and not that itself: %o', (clientAuthentication, call) => {
    expect(clientProblems({ clientSecret: undefined, clientAuthentication })).toEqual([
      `clientAuthentication: is a function that makes one; call it: ${call}`,
    ]);
  });

  it('by clientSecret is HTTP Basic', async () => {
    const [billing] = normalize({ clients: { billing: least } }).clients;
    const { headers, body, ...draft } = draftOf({ secret: () => Promise.resolve('a-secret') });
    await billing?.authenticate({ ...draft, headers, body });
    expect(headers.get('authorization')).toBe(`Basic ${btoa('orders:a-secret')}`);
    expect(body.size).toBe(0);
  });

  it('that is given is the one that is used', () => {
    const clientAuthentication = () => undefined;
    const [billing] = normalize({ clients: { billing: { ...withoutSecret, clientAuthentication } } }).clients;
    expect(billing?.authenticate).toBe(clientAuthentication);
  });
});

describe('grant', () => {
  it('is a grant, and the function that makes one is none', () => {
    expect(clientProblems({ grant: clientCredentials() })).toEqual([]);
    for (const grant of [clientCredentials, 'client_credentials', null, {}, { type: 7, connect: () => undefined }]) {
      expect(clientProblems({ grant })).toEqual(['grant: must be a grant, such as clientCredentials()']);
    }
  });

  it('that takes HTTP Basic for a person leaves none for the secret', () => {
    const grant = password({ username: 'ada', password: 'word', sendAs: 'basic' });
    expect(clientProblems({ grant })).toEqual([
      'clientSecret: would go by HTTP Basic, which the grant takes for the person; use clientAuthentication: clientSecretPost(secret)',
    ]);
    expect(clientProblems({ grant: password({ username: 'ada', password: 'word' }) })).toEqual([]);
    const clientAuthentication = clientSecretPost('a-secret');
    expect(clientProblems({ grant, clientSecret: undefined, clientAuthentication })).toEqual([]);
  });

  it('that is given is the one that is used', () => {
    const grant = clientCredentials();
    expect(normalize({ clients: { billing: { ...least, grant } } }).clients[0]?.grant).toBe(grant);
  });
});

describe('headers', () => {
  const problem = 'is no header, or its value has characters that a header cannot hold';

  it('are names in any case, with texts or functions', () => {
    const key = env('KEY');
    const headers = { 'X-Api-Key': 'a', 'x-tenant': key };
    const [billing] = normalize({ clients: { billing: { ...least, headers } } }).clients;
    expect(billing?.headers).toEqual([
      ['x-api-key', 'a'],
      ['x-tenant', key],
    ]);
  });

  it('E25 are refused without their values', () => {
    const headers = { 'x key': 'secret-1', 'x-a': 'secret\r\n2', 'x-b': '€-secret', '': 'secret-3' };
    expect(clientProblems({ headers })).toEqual([
      `headers.x key: ${problem}`,
      `headers.x-a: ${problem}`,
      `headers.x-b: ${problem}`,
      `headers.: ${problem}`,
    ]);
    expect(clientProblems({ headers: { 'x-a': 7, 'x-b': '', 'x-c': null } })).toEqual([
      `headers.x-a: ${secretRule}`,
      `headers.x-b: ${secretRule}`,
      `headers.x-c: ${secretRule}`,
    ]);
    expect(clientProblems({ headers: 'x-api-key: a' })).toEqual(['headers: must be an object, not a text']);
  });

  it('leave Authorization to the token', () => {
    for (const name of ['authorization', 'Authorization', 'AUTHORIZATION']) {
      expect(clientProblems({ headers: { [name]: 'Basic x' } })).toEqual([
        `headers.${name}: is where the token goes; leave it out`,
      ]);
    }
  });

  it.each(['Connection', 'content-length', 'expect', 'Keep-Alive', 'transfer-encoding', 'Upgrade'])(
    'leave %s to the connection',
    (name) => {
      for (const option of ['headers', 'tokenRequestHeaders']) {
        expect(clientProblems({ [option]: { [name]: 'x' } })).toEqual([
          `${option}.${name}: belongs to the connection; leave it out`,
        ]);
      }
    },
  );

  it('stand there once, for case tells no two apart', () => {
    expect(clientProblems({ headers: { 'X-Api-Key': 'a', 'x-api-key': 'b' } })).toEqual([
      'headers.x-api-key: stands there twice, in different case; give it once',
    ]);
  });
});

describe('tokenRequestHeaders', () => {
  it('are names in any case, with texts or functions', () => {
    const key = env('KEY');
    const tokenRequestHeaders = { 'X-Api-Key': 'a', 'x-tenant': key };
    const [billing] = normalize({ clients: { billing: { ...least, tokenRequestHeaders } } }).clients;
    expect(billing?.tokenRequestHeaders).toEqual([
      ['x-api-key', 'a'],
      ['x-tenant', key],
    ]);
  });

  it.each([
    ['Authorization', 'is where the client authenticates; use clientSecret or clientAuthentication'],
    ['accept', 'is the protocol’s own; leave it out'],
    ['Content-Length', 'belongs to the connection; leave it out'],
    ['content-type', 'is the protocol’s own; use tokenRequestFormat'],
    ['DPoP', 'is where the proof goes; use dpop'],
    ['host', 'is the protocol’s own; leave it out'],
  ])('leave %s to the protocol', (name, remedy) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(clientProblems({ tokenRequestHeaders: { [written]: 'the-value' } })).toEqual([
        `tokenRequestHeaders.${written}: ${remedy}`,
      ]);
    }
  });

  it('E25 are refused without their values', () => {
    const tokenRequestHeaders = { 'x key': 'secret-1', 'x-a': 'secret\r\n2', 'x-b': 7, 'x-c': 'a', 'X-C': 'b' };
    expect(clientProblems({ tokenRequestHeaders })).toEqual([
      'tokenRequestHeaders.x key: is no header, or its value has characters that a header cannot hold',
      'tokenRequestHeaders.x-a: is no header, or its value has characters that a header cannot hold',
      `tokenRequestHeaders.x-b: ${secretRule}`,
      'tokenRequestHeaders.X-C: stands there twice, in different case; give it once',
    ]);
    expect(clientProblems({ tokenRequestHeaders: ['x-api-key: a'] })).toEqual([
      'tokenRequestHeaders: must be an object, not a list',
    ]);
  });
});

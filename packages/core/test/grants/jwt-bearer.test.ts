import { exposedSecrets } from '@outbound-auth/testing';
import fc from 'fast-check';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { none } from '../../src/client-authentication/none.ts';
import { fingerprint } from '../../src/comparable.ts';
import { jwtBearer, type SignedAssertion } from '../../src/grants/jwt-bearer.ts';
import { MemorySessions } from '../../src/grants/session-keeper.ts';
import { keys, pemOf } from '../assertions/keys.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { type Certificates, makeCertificates } from '../servers/certificates.ts';
import { failureOf, plainRequest, startAsking } from '../token-endpoint/asking.ts';
import { draftOf } from '../draft.ts';
import type { TokenEndpoint } from '../../src/token-endpoint/token-endpoint.ts';
import { askedBy, startGranting } from './granting.ts';

const type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const { privateKey: key, publicKey } = keys.p256;
let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

async function assertionBy(options: SignedAssertion, client: Parameters<typeof startGranting>[1] = {}) {
  const granting = await startGranting(jwtBearer(options), client);
  await granting.client.getAccessToken();
  const [body = {}] = granting.bodies();
  return { ...granting, body, assertion: body['assertion'] ?? '' };
}

describe('an assertion that is signed here', () => {
  it('is sent alone, beside the client’s parameters and authentication (RFC 7523 §2.1)', async () => {
    const { server, body, assertion } = await assertionBy({ key }, { scope: 'read', audience: 'https://api' });
    expect(body).toEqual({ grant_type: type, assertion, scope: 'read', audience: 'https://api' });
    expect(server.requests[0]?.headers['authorization']).toMatch(/^Basic /);
  });

  it('speaks for the client itself to the token endpoint, by the client’s clock, and verifies', async () => {
    const { server, clock, assertion } = await assertionBy({ key });
    const { payload, protectedHeader } = await jwtVerify(assertion, publicKey, { currentDate: new Date(clock.now()) });
    const now = Math.floor(clock.now() / 1_000);
    expect(payload).toEqual({
      iss: 'orders',
      sub: 'orders',
      aud: server.tokenEndpoint,
      iat: now - 5,
      nbf: now - 5,
      exp: now + 60,
      jti: expect.stringMatching(/^[\da-f-]{36}$/) as string,
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT' });
  });

  it('speaks for whom it is told, with further claims, which never stand in for its own', async () => {
    const claims = { tenant: 'seven', aud: 'https://wrong.example', iss: 'wrong', sub: 'wrong', jti: 'wrong', exp: 1 };
    const { assertion, clock } = await assertionBy({
      key,
      issuer: 'archive@accounts.example',
      subject: 'grace@navy.example',
      audience: 'https://idp.example',
      expiresIn: 3_600,
      claims,
    });
    const { jti, ...rest } = decodeJwt(assertion);
    expect(rest).toMatchObject({
      iss: 'archive@accounts.example',
      sub: 'grace@navy.example',
      aud: 'https://idp.example',
      exp: Math.floor(clock.now() / 1_000) + 3_600,
      tenant: 'seven',
    });
    expect(jti).not.toBe('wrong');
  });

  it('is about its issuer unless told otherwise', async () => {
    const { assertion } = await assertionBy({ key, issuer: 'archive@accounts.example' });
    expect(decodeJwt(assertion)).toMatchObject({ iss: 'archive@accounts.example', sub: 'archive@accounts.example' });
  });

  it('names its key and certificate', async () => {
    const { client } = certificates;
    const { assertion } = await assertionBy({ key: client.key, keyId: 'archive-1', certificate: client.cert });
    expect(decodeProtectedHeader(assertion)).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: 'archive-1',
      'x5t#S256': client.thumbprint,
    });
  });

  it('takes the scope as a claim where that is wanted, and not into the request', async () => {
    const client = { scope: 'read write', clientAuthentication: none({ sendClientId: false }) };
    const { body, assertion } = await assertionBy({ key, scopeAsClaim: true }, client);
    expect(body).toEqual({ grant_type: type, assertion });
    expect(decodeJwt(assertion)).toMatchObject({ scope: 'read write' });
    const { assertion: without } = await assertionBy({ key, scopeAsClaim: true });
    expect(decodeJwt(without)).not.toHaveProperty('scope');
  });

  it('E08 has the scope of each call, and a token of its own for it', async () => {
    const { client, bodies } = await startGranting(jwtBearer({ key, scopeAsClaim: true }), { scope: 'read' });
    const [own, other] = [await client.getAccessToken(), await client.getAccessToken({ scope: 'write' })];
    expect(own.value).not.toBe(other.value);
    expect(bodies().map(({ assertion = '' }) => decodeJwt(assertion)['scope'])).toEqual(['read', 'write']);
  });

  it('E28 has a jti of its own for each request', async () => {
    const { next, bodies } = await startGranting(jwtBearer({ key }));
    for (let request = 0; request < 5; request += 1) await next();
    expect(new Set(bodies().map(({ assertion = '' }) => decodeJwt(assertion).jti)).size).toBe(5);
  });

  it('is signed by the key that its function gives now, and by the algorithm that is asked for', async () => {
    let present = keys.rsa;
    const grant = jwtBearer({ key: async () => pemOf(present.privateKey), algorithm: 'PS256' });
    const { clock, next, bodies } = await startGranting(grant);
    await next();
    present = { ...keys.rsa, ...(await import('node:crypto')).generateKeyPairSync('rsa', { modulusLength: 2048 }) };
    await next();
    const [first = '', second = ''] = bodies().map(({ assertion = '' }) => assertion);
    const by = { algorithms: ['PS256'], currentDate: new Date(clock.now()) };
    await expect(jwtVerify(second, present.publicKey, by)).resolves.toBeDefined();
    expect(decodeProtectedHeader(first).alg).toBe('PS256');
    await expect(jwtVerify(second, keys.rsa.publicKey, by)).rejects.toThrow('signature verification failed');
  });

  it('E50 fails as unreadable, without a word of it, when its key is not to be had', async () => {
    const pem = pemOf(key);
    const [, middle = ''] = pem.split('\n');
    for (const source of [() => `${middle} is no key`, () => Promise.reject(new Error('the vault is sealed'))]) {
      const { server, client } = await startGranting(jwtBearer({ key: source }));
      const error = await failureOf(client.getAccessToken());
      expect(error.code).toBe('credential_unavailable');
      expect(exposedSecrets(error, [middle])).toEqual([]);
      expect(server.requests).toEqual([]);
    }
  });

  it('E28 is made anew when the server asks for another DPoP nonce', async () => {
    const { server, next, bodies } = await startGranting(jwtBearer({ key }), { dpop: { allowBearer: true } });
    server.respondOnce({ status: 400, headers: { 'dpop-nonce': 'n' }, body: { error: 'use_dpop_nonce' } });
    await next();
    expect(new Set(bodies().map(({ assertion = '' }) => decodeJwt(assertion).jti)).size).toBe(2);
  });

  it('verifies whatever its claims are', async () => {
    const { endpoint } = await startAsking();
    const sent: URLSearchParams[] = [];
    const spy: TokenEndpoint = {
      client: 'billing',
      within: (work) => endpoint.within(work),
      request: async (grantType, request, grant) => {
        const draft = draftOf();
        await grant?.fill?.(draft);
        sent.push(draft.body);
        return endpoint.request(grantType, request);
      },
    };
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (claims) => {
        sent.length = 0;
        await jwtBearer({ key, claims }).connect(spy, new MemorySessions()).getToken(plainRequest);
        const [body = new URLSearchParams()] = sent;
        const { payload } = await jwtVerify(body.get('assertion') ?? '', publicKey, {
          currentDate: new Date(1_700_000_000_000),
        });
        const own = { iss: 'orders', sub: 'orders', aud: 'https://idp.example' };
        const times = { iat: payload.iat, nbf: payload.nbf, exp: payload.exp, jti: payload.jti };
        expect(JSON.parse(JSON.stringify(payload))).toEqual(
          JSON.parse(JSON.stringify({ ...claims, ...own, ...times })),
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe('an assertion that is given', () => {
  it('is sent as it is', async () => {
    for (const assertion of ['an.assertion.here', () => 'an.assertion.here', async () => 'an.assertion.here']) {
      const { client, bodies } = await startGranting(jwtBearer({ assertion }), { scope: 'read' });
      await client.getAccessToken();
      expect(bodies()).toEqual([{ grant_type: type, assertion: 'an.assertion.here', scope: 'read' }]);
    }
  });

  it('is asked for whenever a token is', async () => {
    let count = 0;
    const { client, next, bodies } = await startGranting(jwtBearer({ assertion: () => `assertion-${(count += 1)}` }));
    await next();
    await client.getAccessToken();
    await next();
    expect(bodies().map(({ assertion }) => assertion)).toEqual(['assertion-1', 'assertion-2']);
  });

  it('takes no refresh token for a session: the assertion is enough', async () => {
    const { server, next } = await startGranting(jwtBearer({ assertion: 'an-assertion' }));
    const body = { access_token: 'a-token', token_type: 'Bearer', expires_in: 60, refresh_token: 'unused' };
    server.respondWith(() => ({ body }));
    await next();
    await next();
    expect(askedBy(server)).toEqual([type, type]);
  });

  it('E25 is hidden in errors', async () => {
    const { server, client } = await startGranting(jwtBearer({ assertion: 'an-assertion' }));
    server.respondOnce({ status: 400, body: { error: 'invalid_grant', error_description: 'not an-assertion' } });
    const error = await failureOf(client.getAccessToken());
    expect(error.code).toBe('token_request_refused');
    expect(exposedSecrets(error, ['an-assertion'])).toEqual([]);
  });
});

describe('the options of jwtBearer', () => {
  it('E10 that say whose token it is are part of its key, and the signing key is not', () => {
    expect(jwtBearer({ key }).subject).toEqual([]);
    expect(jwtBearer({ key, issuer: 'archive', subject: 'grace', claims: { tenant: 'seven' } }).subject).toEqual([
      { name: 'iss', source: 'archive' },
      { name: 'sub', source: 'grace' },
      { name: 'claims', source: '{"tenant":"seven"}' },
    ]);
    expect(jwtBearer({ assertion: 'an-assertion' }).subject).toEqual([{ name: 'assertion', source: 'an-assertion' }]);
    expect(jwtBearer({ assertion: () => 'an-assertion' }).subject).toEqual([]);
  });

  it('are what tells two of them apart, for tenants', () => {
    const same = [jwtBearer({ key }), jwtBearer({ key: pemOf(key) })].map(fingerprint);
    const made = [
      jwtBearer({ key }),
      jwtBearer({ key: keys.p384.privateKey }),
      jwtBearer({ key, subject: 'grace' }),
      jwtBearer({ assertion: 'one' }),
      jwtBearer({ assertion: 'other' }),
    ];
    expect(same.every((text) => text.length === 43)).toBe(true);
    expect(new Set(made.map(fingerprint)).size).toBe(5);
    expect(fingerprint(jwtBearer({ key }))).toBe(fingerprint(jwtBearer({ key })));
  });

  it.each<[unknown, string[]]>([
    [undefined, ['jwtBearer({ … }): must be an object, not undefined']],
    ['an-assertion', ['jwtBearer({ … }): must be an object, not a text']],
    [
      { assertion: '' },
      ['jwtBearer({ assertion }): must be a text that is not empty, or a function that gives one (for example env(…))'],
    ],
    [{ assertion: 'x', key: 'y' }, ['jwtBearer({ key }): stands beside assertion; give one of the two']],
    [{}, ['jwtBearer({ key }): is missing; give the private key that signs, or an assertion that is ready made']],
    [
      { key, iss: 'a', sub: 'b', aud: 'c', alg: 'ES256', exp: 60, kid: 'k' },
      [
        'jwtBearer({ iss }): is no option; did you mean issuer?',
        'jwtBearer({ sub }): is no option; did you mean subject?',
        'jwtBearer({ aud }): is no option; did you mean audience?',
        'jwtBearer({ alg }): is no option; did you mean algorithm?',
        'jwtBearer({ exp }): is no option; did you mean expiresIn?',
        'jwtBearer({ kid }): is no option; did you mean keyId?',
      ],
    ],
    [
      { key, issuer: '', subject: 7, claims: [], scopeAsClaim: 'yes', expiresIn: '60', keyID: 'x', algorithm: 'HS256' },
      [
        'jwtBearer({ issuer }): must be a text that is not empty, not an empty text',
        'jwtBearer({ subject }): must be a text that is not empty, not a number',
        'jwtBearer({ claims }): must be an object that JSON can hold',
        'jwtBearer({ scopeAsClaim }): must be true or false, not a text',
        'jwtBearer({ expiresIn }): must be a number from 1 to 1000000 (seconds), not a text',
        'jwtBearer({ keyID }): is no option; did you mean keyId?',
      ],
    ],
  ])('are checked when it is made: %o', (options, expected) => {
    const mistakes = problemsOf(() => jwtBearer(untyped(options)));
    for (const problem of expected) expect(mistakes).toContain(problem);
  });

  it('are all listed at once, the key too', () => {
    const mistakes = problemsOf(() => jwtBearer(untyped({ asertion: 'x', keyId: '' })));
    expect(mistakes.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
      'jwtBearer({ keyId })',
      'jwtBearer({ key })',
      'jwtBearer({ asertion })',
    ]);
    expect(mistakes[1]).toContain('is missing; give the private key');
  });
});

import {
  clientSecretBasic,
  clientSecretPost,
  createOutboundAuth,
  privateKeyJwt,
  tlsClientAuth,
} from '@outbound-auth/core';
import { empower, empowerId, jwtPlatform, usageEngine } from '@outbound-auth/core/providers';
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createCertificateAuthority,
  startEmpower,
  startEmpowerId,
  startJwtPlatform,
  startUsageEngine,
} from '../index.mjs';

const clientId = 'orders-service';
const clientSecret = 'the-secret-of-orders';
const apiKey = 'the-api-key-of-orders';

const authOf = (vendor) => createOutboundAuth({ clients: { vendor } });

/** What a user reads, with the token endpoint's address in short. */
async function messageOf(call, { tokenEndpoint }) {
  const error = await call.then(
    () => expect.unreachable('it was expected to fail'),
    (reason) => reason,
  );
  const message = error.message
    .replaceAll(tokenEndpoint, 'TOKEN_ENDPOINT')
    .replaceAll(new URL(tokenEndpoint).origin, 'SERVER');
  expect(message).not.toContain(clientSecret);
  expect(message).not.toContain(apiKey);
  expect(error.code).toBe('token_request_refused');
  return message;
}

/** A client that is set up otherwise than its provider does it. */
const otherwise = (options, more) => ({ ...options, clientSecret: undefined, ...more });

/** Calls an API twice, and gives the statuses. */
async function call(options, url) {
  const auth = authOf(options);
  const responses = [await auth.fetch(url), await auth.fetch(url, { method: 'POST', body: '{}' })];
  await auth.close();
  return responses.map(({ status }) => status);
}

describe('Empower', () => {
  let emulator, keys, certificate, options;
  beforeAll(async () => {
    keys = await generateKeyPair('RS256', { extractable: true });
    certificate = await (await createCertificateAuthority()).issue('orders');
    emulator = await startEmpower({
      clients: {
        [clientId]: { secret: clientSecret, scopes: ['plans:read'] },
        'by-key': { publicKey: await exportJWK(keys.publicKey), scopes: ['plans:read'] },
        'by-certificate': { certificate: certificate.thumbprint, scopes: [] },
      },
      apiKey,
      apiKeyOnTokenRequest: true,
      mutualTls: true,
    });
    const { tokenEndpoint, api } = emulator;
    options = { tokenEndpoint, clientId, clientSecret, apiKey, apiKeyOnTokenRequest: true, attachTo: [api] };
  });
  afterAll(() => emulator.close());

  it('takes a secret, a key pair (PKI) and a certificate (PKI)', async () => {
    expect(await call(empower({ ...options, scope: 'plans:read' }), emulator.api)).toEqual([200, 200]);
    const withoutSecret = { ...options, clientSecret: undefined };
    const byKey = { clientId: 'by-key', clientAuthentication: privateKeyJwt(await exportPKCS8(keys.privateKey)) };
    expect(await call(empower({ ...withoutSecret, ...byKey }), emulator.api)).toEqual([200, 200]);
    const { tokenEndpoint, api, ca } = emulator.mutualTls;
    const clientAuthentication = tlsClientAuth({ cert: certificate.cert, key: certificate.key, ca });
    const byCertificate = { clientId: 'by-certificate', clientAuthentication, tokenEndpoint, attachTo: [api] };
    expect(await call(empower({ ...withoutSecret, ...byCertificate }), api)).toEqual([200, 200]);
  });

  it('says of a scope that is not configured that the scope is to be checked, and is asked once', async () => {
    const before = emulator.tokenRequests.count;
    const auth = authOf(empower({ ...options, scope: 'plans:write' }));
    expect(await messageOf(auth.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 400 (invalid_grant: A scope is not configured for this client.). Check scope: some servers say so of one that they do not know; and dpop, if the server binds its tokens"`,
    );
    expect(emulator.tokenRequests.count - before).toBe(1);
  });

  it('says of a wrong secret that the credentials are to be checked', async () => {
    const auth = authOf(empower({ ...options, clientSecret: 'not-the-secret' }));
    expect(await messageOf(auth.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 401 (invalid_client: Client authentication failed.). Check clientId, clientSecret and how the client authenticates"`,
    );
  });

  it('says of a missing API key on the token request what the gateway says', async () => {
    const auth = authOf(empower({ ...options, apiKeyOnTokenRequest: false }));
    expect(await messageOf(auth.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 403 (Forbidden). Check tokenRequestHeaders: is there a gateway that wants an API key? Else scope, audience and grant"`,
    );
  });

  it('refuses the client in the body, a JSON body, and a key that is not registered', async () => {
    const clientAuthentication = clientSecretPost(clientSecret);
    const inBody = authOf(otherwise(empower(options), { clientAuthentication }));
    expect(await messageOf(inBody.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 401 (invalid_client: Client authentication failed.). Check clientId, clientSecret and how the client authenticates"`,
    );
    const asJson = authOf({ ...empower(options), tokenRequestFormat: 'json' });
    expect(await messageOf(asJson.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 400 (invalid_request: Content-Type must be application/x-www-form-urlencoded.). Check parameters and tokenRequestFormat: the server misses something, or does not take it so"`,
    );
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const unknown = { clientId: 'by-key', clientAuthentication: privateKeyJwt(privateKey) };
    const byUnknownKey = authOf(empower({ ...options, clientSecret: undefined, ...unknown }));
    expect(await messageOf(byUnknownKey.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 401 (invalid_client: Client authentication failed.). Check clientId, the key, keyId and audience of privateKeyJwt(), what the server has registered, and this host’s clock"`,
    );
  });

  it('answers a call with a wrong API key by 403, which asks for no other token', async () => {
    const before = emulator.tokenRequests.count;
    const auth = authOf(empower({ ...options, headers: { 'x-api-key': 'another-key' } }));
    expect((await auth.fetch(emulator.api)).status).toBe(403);
    expect(emulator.tokenRequests.count - before).toBe(1);
  });
});

describe('the JWT platform', () => {
  const odd = 'orders@example.com: Bücher + 100%';
  let raw, form;
  beforeAll(async () => {
    const clients = { [odd]: { secret: clientSecret, permissions: [] } };
    [raw, form] = await Promise.all([
      startJwtPlatform({ clients, basic: 'raw', tokenEncoding: 'base64', permissions: { '/admin': 'admin' } }),
      startJwtPlatform({ clients, basic: 'form' }),
    ]);
  });
  afterAll(() => Promise.all([raw.close(), form.close()]));

  const optionsOf = ({ tokenEndpoint, api }, more = {}) =>
    jwtPlatform({ base: new URL(tokenEndpoint).origin, clientId: odd, clientSecret, attachTo: [api], ...more });

  it('E26 takes ids of any letters, raw and form-encoded', async () => {
    expect(await call(optionsOf(raw, { encoding: 'raw' }), raw.api)).toEqual([200, 200]);
    expect(await call(optionsOf(form), form.api)).toEqual([200, 200]);
  });

  it('says of credentials in the other encoding that they are to be checked', async () => {
    expect(await messageOf(authOf(optionsOf(raw)).fetch(raw.api), raw)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 401 (invalid_client: Client authentication failed.). Check clientId, clientSecret and how the client authenticates; form-encoding has changed one of the two, and a server that does not decode them wants clientSecretBasic(secret, { encoding: 'raw' }) or clientSecretPost(secret)"`,
    );
  });

  it('refuses a JSON body, and the client in the body', async () => {
    const asJson = authOf({ ...optionsOf(raw, { encoding: 'raw' }), tokenRequestFormat: 'json' });
    expect(await messageOf(asJson.fetch(raw.api), raw)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 415 (invalid_request: Content-Type must be application/x-www-form-urlencoded.). Check parameters and tokenRequestFormat: the server misses something, or does not take it so"`,
    );
    const clientAuthentication = clientSecretPost(clientSecret);
    const inBody = authOf(otherwise(optionsOf(raw), { clientAuthentication }));
    expect(await messageOf(inBody.fetch(raw.api), raw)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 401 (invalid_client: Client authentication failed.). Check clientId, clientSecret and how the client authenticates"`,
    );
  });

  it('answers a revoked token by 401, which is cured once, and a missing permission by 403, which is not', async () => {
    const auth = authOf(optionsOf(raw, { encoding: 'raw' }));
    const before = raw.tokenRequests.count;
    raw.revoke((await auth.client('vendor').getAccessToken()).value);
    expect((await auth.fetch(raw.api)).status).toBe(200);
    expect(raw.tokenRequests.count - before).toBe(2);
    expect((await auth.fetch(`${raw.api}/admin`)).status).toBe(403);
    expect(raw.tokenRequests.count - before).toBe(2);
  });

  it('refuses tokens of dropped keys, and its own next one is good', async () => {
    const auth = authOf(optionsOf(raw, { encoding: 'raw' }));
    expect((await auth.fetch(raw.api)).status).toBe(200);
    await raw.rotateKeys({ drop: true });
    expect((await auth.fetch(raw.api)).status).toBe(200);
  });
});

describe('EmpowerID', () => {
  const redirectUri = 'https://orders.example/callback';
  let old, recent;
  beforeAll(async () => {
    const clients = { [clientId]: { secret: clientSecret, redirectUri } };
    const users = { orders: 'the-password-of-orders' };
    [old, recent] = await Promise.all([
      startEmpowerId({ clients, users, apiKey, requireApiKey: true, requireRedirectUri: true }),
      startEmpowerId({ clients, users }),
    ]);
  });
  afterAll(() => Promise.all([old.close(), recent.close()]));

  const optionsOf = ({ tokenEndpoint, api }, more = {}) =>
    empowerId({
      host: new URL(tokenEndpoint).origin,
      clientId,
      clientSecret,
      username: 'orders',
      password: 'the-password-of-orders',
      attachTo: [api],
      ...more,
    });

  it.each(['form', 'json'])('takes the person in Basic and the client in the body, as %s', async (format) => {
    const asOld = { format, apiKey, redirectUri };
    expect(await call(optionsOf(old, asOld), old.api)).toEqual([200, 200]);
    expect(await call(optionsOf(recent, { format }), recent.api)).toEqual([200, 200]);
  });

  it('gives the next token by refresh token, and falls back to the password once', async () => {
    const auth = authOf(optionsOf(old, { apiKey, redirectUri }));
    const from = old.tokenRequests.count;
    old.revoke((await auth.client('vendor').getAccessToken()).value);
    expect((await auth.fetch(old.api)).status).toBe(200);
    old.revoke((await auth.client('vendor').getAccessToken()).value);
    old.revokeRefreshTokens();
    expect((await auth.fetch(old.api)).status).toBe(200);
    const grants = old.tokenRequests.list.slice(from).map(({ grant, verdict }) => `${grant} ${verdict}`);
    expect(grants).toEqual([
      'password issued',
      'refresh_token issued',
      expect.stringMatching(/^refresh_token (?!issued)/),
      'password issued',
    ]);
  });

  it('says of a missing API key what is to be checked', async () => {
    expect(await messageOf(authOf(optionsOf(old, { redirectUri })).fetch(old.api), old)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 403 (Forbidden). Check tokenRequestHeaders: is there a gateway that wants an API key? Else scope, audience and grant"`,
    );
  });

  it('says of a missing redirect URI what is to be checked', async () => {
    expect(await messageOf(authOf(optionsOf(old, { apiKey })).fetch(old.api), old)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 400 (invalid_request: redirect_uri is missing or not the registered one.). Check parameters and tokenRequestFormat: the server misses something, or does not take it so"`,
    );
  });

  it('says of a wrong password what is to be checked', async () => {
    const more = { apiKey, redirectUri, password: 'not-the-password' };
    expect(await messageOf(authOf(optionsOf(old, more)).fetch(old.api), old)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 400 (invalid_grant: The username or password is wrong.). Check what the grant sends (a password, an assertion, a refresh token), and scope: some servers say so of one that they do not know"`,
    );
  });

  it('answers a call without its API key by 403, which asks for no other token', async () => {
    const before = old.tokenRequests.count;
    const options = optionsOf(old, { apiKey, redirectUri });
    expect((await authOf({ ...options, headers: {} }).fetch(old.api)).status).toBe(403);
    expect(old.tokenRequests.count - before).toBe(1);
  });

  it('says of a wrong client secret what is to be checked', async () => {
    const more = { apiKey, redirectUri, clientSecret: 'not-the-secret' };
    expect(await messageOf(authOf(optionsOf(old, more)).fetch(old.api), old)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 401 (invalid_client: Client authentication failed.). Check clientId, clientSecret and how the client authenticates"`,
    );
  });
});

describe('Usage Engine', () => {
  let emulator;
  beforeAll(async () => {
    emulator = await startUsageEngine({
      clients: { [clientId]: { secret: clientSecret, scopes: ['create:meter_types', 'create:meters'] } },
      environments: ['production', 'test'],
    });
  });
  afterAll(() => emulator.close());

  const optionsOf = ({ audience }, more = {}) =>
    usageEngine({ clientId, clientSecret, audience, tokenEndpoint: emulator.tokenEndpoint, ...more });

  it('gives a token for each environment', async () => {
    const { production, test } = emulator.environments;
    const auth = createOutboundAuth({ clients: { production: optionsOf(production), test: optionsOf(test) } });
    const before = emulator.tokenRequests.count;
    for (const { api } of [production, test, production, test]) expect((await auth.fetch(api)).status).toBe(200);
    expect(emulator.tokenRequests.count - before).toBe(2);
    const token = await auth.client('test').getAccessToken();
    expect([token.scope, token.claims().aud]).toEqual(['create:meter_types create:meters', test.audience]);
  });

  it('refuses the client in Basic, a JSON body, and a token request without an audience', async () => {
    const clientAuthentication = clientSecretBasic(clientSecret);
    const byBasic = authOf(otherwise(optionsOf(emulator), { clientAuthentication }));
    expect(await messageOf(byBasic.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 401 (access_denied: The client goes in the body.). Check clientId, clientSecret and how the client authenticates"`,
    );
    const asJson = authOf({ ...optionsOf(emulator), tokenRequestFormat: 'json' });
    expect(await messageOf(asJson.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 415 (invalid_request: Content-Type must be application/x-www-form-urlencoded.). Check parameters and tokenRequestFormat: the server misses something, or does not take it so"`,
    );
    const without = authOf({ ...optionsOf(emulator), audience: undefined });
    expect(await messageOf(without.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 403 (access_denied: No audience was given, and there is no default.). Check the client’s scope, audience and grant"`,
    );
  });

  it('says of an audience without its slash that the audience is to be checked', async () => {
    const audience = emulator.audience.slice(0, -1);
    expect(await messageOf(authOf(optionsOf({ audience })).fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 403 (access_denied: There is no API with this audience.). Check the client’s scope, audience and grant"`,
    );
  });

  it('says of a wrong secret that the credentials are to be checked', async () => {
    const auth = authOf(optionsOf(emulator, { clientSecret: 'not-the-secret' }));
    expect(await messageOf(auth.fetch(emulator.api), emulator)).toMatchInlineSnapshot(
      `"client 'vendor': the token endpoint TOKEN_ENDPOINT answered 401 (access_denied: Unauthorized). Check clientId, clientSecret and how the client authenticates"`,
    );
  });
});

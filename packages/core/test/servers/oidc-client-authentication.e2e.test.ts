import { createPrivateKey } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForToken, type TokenAnswer } from './ask-for-token.ts';
import { startOidcProvider, type OidcProviderServer } from './oidc-provider.ts';

let server: OidcProviderServer;
beforeAll(async () => {
  server = await startOidcProvider();
});
afterAll(() => server.close());

const good = { status: 200, body: { token_type: 'Bearer', expires_in: 60 } };
const refused = { status: 401, body: { error: 'invalid_client' } };

function ask(clientId: string, auth: oauth.ClientAuth): Promise<TokenAnswer> {
  return askForToken({ ...server, clientId, auth });
}

describe('a client with a secret', () => {
  it('gets a token by Basic', async () => {
    const { clientId, clientSecret } = server.clients.basic;
    expect(await ask(clientId, oauth.ClientSecretBasic(clientSecret))).toMatchObject(good);
    expect(await ask(clientId, oauth.ClientSecretBasic('another'))).toMatchObject(refused);
  });

  it('gets a token by its secret in the body', async () => {
    const { clientId, clientSecret } = server.clients.post;
    expect(await ask(clientId, oauth.ClientSecretPost(clientSecret))).toMatchObject(good);
    expect(await ask(clientId, oauth.ClientSecretPost('another'))).toMatchObject(refused);
  });

  it('gets a token by a JWT signed with it', async () => {
    const { clientId, clientSecret } = server.clients.secretJwt;
    expect(await ask(clientId, oauth.ClientSecretJwt(clientSecret))).toMatchObject(good);
    expect(await ask(clientId, oauth.ClientSecretJwt('another'))).toMatchObject(refused);
    expect(await ask(clientId, oauth.ClientSecretPost(clientSecret))).toMatchObject(refused);
  });
});

describe('a client with a key', () => {
  it.each(['rs256', 'ps256', 'es256', 'eddsa', 'ed25519'] as const)(
    'gets a token by a JWT signed with %s',
    async (name) => {
      const { clientId, alg, kid, privateKey } = server.clients[name];
      const key = await importPKCS8(privateKey, alg === 'EdDSA' ? 'Ed25519' : alg);
      // oauth4webapi says Ed25519 where the key says EdDSA.
      const says: oauth.ModifyAssertionOptions = { [oauth.modifyAssertion]: (header) => void (header['alg'] = alg) };
      expect(await ask(clientId, oauth.PrivateKeyJwt({ key, kid }, says))).toMatchObject(good);
    },
  );

  const assertion = (changes: Record<string, unknown>): Promise<string> => {
    const { clientId, alg, kid, privateKey } = server.clients.es256;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: server.issuer,
      jti: 'once',
      iat: now,
      exp: now + 60,
      ...changes,
    };
    return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(createPrivateKey(privateKey));
  };
  const asserting =
    (jwt: string): oauth.ClientAuth =>
    (_as, client, body) => {
      body.set('client_id', client.client_id);
      body.set('client_assertion', jwt);
      body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    };

  it('is refused with an assertion for another audience, an old one, one of another client, or without a jti', async () => {
    const { clientId } = server.clients.es256;
    const wrong = [{ aud: 'https://other.example' }, { exp: 1 }, { iss: 'client-post' }, { jti: undefined }];
    for (const changes of wrong) {
      expect(await ask(clientId, asserting(await assertion(changes)))).toMatchObject(refused);
    }
  });

  it('is refused with an assertion it used before', async () => {
    const { clientId } = server.clients.es256;
    const jwt = await assertion({ jti: 'twice' });
    expect(await ask(clientId, asserting(jwt))).toMatchObject(good);
    expect(await ask(clientId, asserting(jwt))).toMatchObject(refused);
  });
});

describe('a client without either', () => {
  it('is public', async () => {
    expect(await ask(server.clients.none.clientId, oauth.None())).toMatchObject(good);
    expect(await ask(server.clients.basic.clientId, oauth.None())).toMatchObject(refused);
    expect(await ask('nobody', oauth.None())).toMatchObject(refused);
  });
});

it('counts what it was asked, by client and grant', async () => {
  const own = await startOidcProvider();
  const { basic, none } = own.clients;
  const asked = { ...own, clientId: basic.clientId };
  await askForToken({ ...asked, auth: oauth.ClientSecretBasic(basic.clientSecret) });
  await askForToken({ ...asked, auth: oauth.ClientSecretBasic('another') });
  await askForToken({ ...own, clientId: none.clientId, grantType: 'password' });
  await own.close();
  expect(own.countTokenRequests()).toBe(3);
  expect(own.countTokenRequests({ clientId: basic.clientId })).toBe(2);
  expect(own.countTokenRequests({ clientId: basic.clientId, status: 200 })).toBe(1);
  expect(own.countTokenRequests({ grantType: 'password' })).toBe(1);
});

it.each(['openid-configuration', 'oauth-authorization-server'])('is discovered by .well-known/%s', async (name) => {
  const response = await fetch(`${server.issuer}/.well-known/${name}`);
  expect(await response.json()).toMatchObject({
    issuer: server.issuer,
    token_endpoint: server.tokenEndpoint,
    revocation_endpoint: server.revocationEndpoint,
    introspection_endpoint: server.introspectionEndpoint,
    jwks_uri: server.jwksUri,
  });
});

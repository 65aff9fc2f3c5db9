import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForToken, type TokenAnswer } from './ask-for-token.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import { startOidcProvider, type OidcProviderServer } from './oidc-provider.ts';
import { tlsFetch, type TlsIdentity } from './tls-fetch.ts';

let server: OidcProviderServer;
let certificates: Certificates;
beforeAll(async () => {
  [server, certificates] = await Promise.all([startOidcProvider({ tls: true }), makeCertificates()]);
});
afterAll(() => server.close());

const refused = { status: 401, body: { error: 'invalid_client' } };

function ask(clientId: string, identity: TlsIdentity, auth = oauth.None()): Promise<TokenAnswer> {
  const [resource = ''] = server.resources;
  const trusting = tlsFetch({ ca: certificates.ca, ...identity });
  return askForToken({ ...server, clientId, auth, params: { resource }, fetch: trusting });
}

/** Only the key pair, whatever else is kept beside it. */
function pair({ cert, key }: { readonly cert: string; readonly key: string }): TlsIdentity {
  return { cert, key };
}

function confirmation({ status, body }: TokenAnswer): unknown {
  if (typeof body['access_token'] !== 'string') throw new TypeError(`No token, but ${status} ${JSON.stringify(body)}`);
  return decodeJwt(body['access_token'])['cnf'];
}

it('is reached by those alone that trust its CA', async () => {
  await expect(tlsFetch({})(`${server.issuer}/jwks`)).rejects.toMatchObject({
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
  });
  expect(await (await server.fetch(`${server.issuer}/.well-known/openid-configuration`)).json()).toMatchObject({
    issuer: server.issuer,
    token_endpoint: server.tokenEndpoint,
    tls_client_certificate_bound_access_tokens: true,
  });
});

describe('a client known by the name in its certificate', () => {
  it('gets a token that is bound to it', async () => {
    const cnf = { 'x5t#S256': certificates.client.thumbprint };
    expect(confirmation(await ask(server.clients.tls.clientId, pair(certificates.client)))).toEqual(cnf);
    const { pfx, passphrase } = certificates.client;
    expect(confirmation(await ask(server.clients.tls.clientId, { pfx, passphrase }))).toEqual(cnf);
  });

  it('is refused with another name, without a CA, and without a certificate', async () => {
    const { clientId } = server.clients.tls;
    for (const identity of [pair(certificates.stranger), pair(certificates.selfSigned), {}]) {
      expect(await ask(clientId, identity)).toMatchObject(refused);
    }
  });
});

describe('a client known by a self-signed certificate', () => {
  it('gets a token that is bound to it', async () => {
    const answer = await ask(server.clients.selfSignedTls.clientId, pair(certificates.selfSigned));
    expect(confirmation(answer)).toEqual({ 'x5t#S256': certificates.selfSigned.thumbprint });
  });

  it('is refused with any other, and with none', async () => {
    const { clientId } = server.clients.selfSignedTls;
    for (const identity of [pair(certificates.client), {}]) {
      expect(await ask(clientId, identity)).toMatchObject(refused);
    }
  });
});

describe('a client with a secret', () => {
  it('may have its tokens bound to any certificate it shows, and gets none without', async () => {
    const { clientId, clientSecret } = server.clients.bound;
    const auth = oauth.ClientSecretBasic(clientSecret);
    const answer = await ask(clientId, pair(certificates.stranger), auth);
    expect(confirmation(answer)).toEqual({ 'x5t#S256': certificates.stranger.thumbprint });
    expect(await ask(clientId, {}, auth)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('gets a token that is not bound, certificate or not', async () => {
    const { clientId, clientSecret } = server.clients.basic;
    const auth = oauth.ClientSecretBasic(clientSecret);
    expect(confirmation(await ask(clientId, pair(certificates.client), auth))).toBeUndefined();
    expect(confirmation(await ask(clientId, {}, auth))).toBeUndefined();
  });
});

it('has a PFX that opens with its passphrase alone', () => {
  const { pfx, passphrase } = certificates.client;
  expect(() => createSecureContext({ pfx, passphrase })).not.toThrow();
  expect(() => createSecureContext({ pfx, passphrase: 'another' })).toThrow(/mac verify failure/);
});

it('has certificates for loopback that its CA signed', () => {
  const ca = new X509Certificate(certificates.ca);
  const leaf = new X509Certificate(certificates.server.cert);
  expect(leaf.verify(ca.publicKey)).toBe(true);
  expect([leaf.checkIP('127.0.0.1'), leaf.checkHost('localhost')]).toEqual(['127.0.0.1', 'localhost']);
});

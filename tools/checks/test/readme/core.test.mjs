import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createOutboundAuth, OutboundAuth, tokenExchange } from '@outbound-auth/core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createCertificateAuthority } from '../../../emulators/tokens/certificates.mjs';
import { readme } from './recipes.mjs';

const { run, server, api, unrun } = readme('packages/core');
const billing = 'https://api.billing.example';
const ledger = 'https://ledger.example';
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };
let folder;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'outbound-auth-readme-'));
  const format = {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  };
  writeFileSync(path.join(folder, 'key.pem'), generateKeyPairSync('ec', { namedCurve: 'P-256', ...format }).privateKey);
  writeFileSync(path.join(folder, 'refresh-token'), 'the refresh token of yesterday');
});

afterAll(() => rmSync(folder, { recursive: true }));

it('@outbound-auth/core', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await run('@outbound-auth/core');
  expect(log.mock.calls).toMatchObject([[200, { path: '/v2/invoices', ...withToken }]]);
});

it('Grants and client authentication', async () => {
  server().respondWith(() => ({ body: { access_token: 'bound', token_type: 'DPoP', expires_in: 60 } }));
  api(ledger).respondWith(() => ({ status: 200 }));
  const { auth } = await run('Grants and client authentication', { replace: { 'ledger-key.pem': fileOf('key.pem') } });
  await auth.withSubjectToken('the-token-of-Ada', () => auth.fetch(api(ledger).origin));
  expect(api(ledger).requests).toMatchObject([{ headers: { authorization: 'DPoP bound' } }]);

  const fromVault = async () => ({ pem: readFileSync(fileOf('key.pem'), 'utf8'), kid: 'newest' });
  const { clientAuthentication } = await run('Grants and client authentication', { snippet: 2, given: { fromVault } });
  server().respondWith(undefined);
  await authFor(billing, { clientAuthentication }).client('billing').getAccessToken();
  const [header] = server().requests.at(-1).parameters.get('client_assertion').split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url'))).toMatchObject({ kid: 'newest' });
});

it('Refresh tokens', async () => {
  server().respondWith(() => ({
    body: { access_token: 'fresh', token_type: 'Bearer', expires_in: 60, refresh_token: 'the one of today' },
  }));
  const replace = { '/var/lib/orders/calendar-refresh-token': fileOf('refresh-token') };
  const { calendar } = await run('Refresh tokens', { replace });
  const token = await createOutboundAuth({ clients: { calendar } }).client('calendar').getAccessToken();
  expect(token.value).toBe('fresh');
  expect(server().requests[0].parameters.get('refresh_token')).toBe('the refresh token of yesterday');
  expect(readFileSync(fileOf('refresh-token'), 'utf8')).toBe('the one of today');
});

it('keyvStore', async () => {
  vi.stubEnv('TOKEN_KEY', randomBytes(32).toString('base64url'));
  const adapter = new Map();
  const { auth } = await run('keyvStore', { given: { adapter } });
  expect(await (await auth.fetch(`${api(billing).origin}/v2/invoices`)).json()).toMatchObject(withToken);
  await auth.close();
  expect(adapter.size).toBe(1);
});

it('Certificates and proxies', async () => {
  const authority = await createCertificateAuthority();
  const { cert, key } = await authority.issue('orders-service');
  const files = { 'ledger.crt': cert, 'ledger.key': key, 'our-ca.crt': authority.cert };
  for (const [name, text] of Object.entries(files)) writeFileSync(fileOf(name), text);
  const replace = Object.fromEntries(Object.keys(files).map((name) => [name, fileOf(name)]));
  // What they do in a connection is told by the tests of core.
  const { auth } = await run('Certificates and proxies', { replace });
  expect(auth).toBeInstanceOf(OutboundAuth);
});

it('On behalf of a user', async () => {
  const { report } = await run('On behalf of a user');
  const auth = authFor(ledger, { clientSecret: 'a secret', grant: tokenExchange() });
  expect(await (await report(auth, 'the-token-of-Ada')).json()).toMatchObject({ path: '/report', ...withToken });
  expect(server().requests[0].parameters.get('subject_token')).toBe('the-token-of-Ada');
});

it('Tenants', async () => {
  const replace = {
    'https://${tenant}.idp.example': server().issuer,
    'https://${tenant}.api.example': `${api(billing).origin}/of/\${tenant}`,
  };
  const { invoices } = await run('Tenants', { replace });
  expect(await (await invoices('acme')).json()).toMatchObject({ path: '/of/acme/invoices', ...withToken });
});

it('Providers', async () => {
  const { auth } = await run('Providers');
  expect(Object.keys(auth.status().clients)).toEqual(['meters', 'people']);
});

it('Which client', async () => {
  const { pay, token } = await run('Which client');
  const auth = authFor(billing);
  expect(await pay(auth, `${api(billing).origin}/v2/invoices/7`)).toBe(true);
  expect(server().requests[0].parameters.get('scope')).toBe('invoices:write');
  expect(await token(auth)).toBe(server().issuedTokens[1].accessToken);
  const { auth: registered } = await run('Which client', { snippet: 2 });
  expect((await registered.fetch(`${api(billing).origin}/v2/invoices`)).status).toBe(200);
});

it('Readiness, status, and the end', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { ready } = await run('Readiness, status, and the end');
  expect(await ready(authFor(billing))).toBe(true);
  server().respondWith(() => ({ status: 400, body: { error: 'unauthorized_client' } }));
  expect(await ready(authFor(billing))).toBe(false);
  expect(log).toHaveBeenCalledOnce();
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

function fileOf(name) {
  return path.join(folder, name);
}

function authFor(address, options = { clientSecret: 'a secret' }) {
  const name = address === billing ? 'billing' : 'ledger';
  const client = { issuer: server().issuer, clientId: 'orders', attachTo: [api(address).origin], ...options };
  return createOutboundAuth({ clients: { [name]: client } });
}

import { createOutboundAuth, type OutboundAuth, outboundFor } from '@outbound-auth/core';
import {
  type AuthorizationServer,
  type ProtectedApi,
  startAuthorizationServer,
  startProtectedApi,
} from '@outbound-auth/testing';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { builds } from './builds.ts';

let server: AuthorizationServer;
let api: ProtectedApi;
let auth: OutboundAuth<'own'>;

beforeEach(async () => {
  server = await startAuthorizationServer();
  api = await startProtectedApi({ verify: server });
  const client = { tokenEndpoint: server.tokenEndpoint, clientSecret: 's', attachTo: [`${api.origin}/v2`] };
  const made = createOutboundAuth({
    clients: { own: { ...client, clientId: 'own' } },
    resolveClient: async (tenant) => ({ ...client, clientId: tenant }),
  });
  auth = made;
  onTestFinished(async () => {
    await Promise.all([server.close(), api.close(), made.close()]);
  });
});

/** Whose tokens were asked for, with which scopes. */
const asked = (): unknown[] =>
  server.requests.map(({ parameters }, index) => [server.issuedTokens[index]?.clientId, parameters.get('scope')]);

describe.each(builds)('a tenant, $name,', (build) => {
  it('is named by a call, or by the instance for all that name none', async () => {
    const url = `${api.origin}/v2/invoices`;
    const http = build.create();
    attachOutboundAuth(http, auth, { tenant: 'acme', scope: 'read' });
    await http.request({ url });
    await http.request({ url, outboundAuth: { scope: 'write' } });
    await http.request({ url, outboundAuth: { tenant: 'umbrella' } });
    await http.request({ url, outboundAuth: { client: 'own' } });
    expect(asked()).toEqual([
      ['acme', 'read'],
      ['acme', 'write'],
      ['umbrella', null],
      ['own', null],
    ]);
  });

  it('is named by a call of an instance that has a default client', async () => {
    const http = build.create();
    attachOutboundAuth(http, auth, { client: 'own', scope: 'read' });
    await http.request({ url: `${api.origin}/v2/invoices`, outboundAuth: { tenant: 'acme' } });
    expect(asked()).toEqual([['acme', null]]);
  });

  it('is chosen by the request that is served, unless the call or the instance names one', async () => {
    const url = `${api.origin}/v2/invoices`;
    const [plain, withDefault] = [build.create(), build.create()];
    attachOutboundAuth(plain, auth);
    attachOutboundAuth(withDefault, auth, { client: 'own' });
    const serving = outboundFor(auth, 'test', { resolve: (tenant: string) => tenant });
    const serve = (tenant: string, work: () => Promise<unknown>): Promise<unknown> =>
      serving(undefined, tenant).run(work);
    await serve('acme', () => plain.request({ url }));
    await serve('umbrella', () => plain.request({ url }));
    await serve('umbrella', () => plain.request({ url, outboundAuth: { tenant: 'initech' } }));
    await serve('umbrella', () => withDefault.request({ url, outboundAuth: { scope: 'read' } }));
    expect(asked()).toEqual([
      ['acme', null],
      ['umbrella', null],
      ['initech', null],
      ['own', 'read'],
    ]);
    const bearer = (index: number): string => `Bearer ${server.issuedTokens[index]?.accessToken}`;
    expect(api.requests.map(({ headers }) => headers['authorization'])).toEqual([0, 1, 2, 3].map(bearer));
  });

  it('E39 is not that of a neighbouring request', async () => {
    const http = build.create({ baseURL: `${api.origin}/v2` });
    attachOutboundAuth(http, auth);
    const serving = outboundFor(auth, 'test', { resolve: async (tenant: string) => tenant });
    const tenants = Array.from({ length: 60 }, (_, index) => `tenant-${index % 5}`);
    await Promise.all(
      tenants.map((tenant) => serving(undefined, tenant).run(() => http.request({ url: `/${tenant}` }))),
    );
    const owners = new Map(server.issuedTokens.map(({ accessToken, clientId }) => [`Bearer ${accessToken}`, clientId]));
    const mixed = api.requests.filter(
      ({ path, headers }) => `/v2/${owners.get(headers['authorization'] ?? '')}` !== path,
    );
    expect([api.requests.length, owners.size, mixed]).toEqual([60, 5, []]);
  });
});

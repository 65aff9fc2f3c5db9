import { manualClock, startAuthorizationServer } from '@outbound-auth/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Endpoints, type EndpointSettings } from '../../src/token-endpoint/endpoints.ts';
import { failureOf } from './asking.ts';

/** The endpoints of an issuer whose metadata holds these members too. */
async function endpointsOf(metadata: Record<string, unknown>, settings: Partial<EndpointSettings> = {}) {
  const server = await startAuthorizationServer();
  onTestFinished(() => server.close());
  const { issuer, tokenEndpoint, discovery } = server;
  discovery.respondWith(() => ({ status: 200, body: { issuer, token_endpoint: tokenEndpoint, ...metadata } }));
  const endpoints = new Endpoints({
    name: 'billing',
    issuer,
    tokenEndpoint: undefined,
    revocationEndpoint: undefined,
    allowInsecureRequests: false,
    requestTimeout: 4_000,
    mutualTls: false,
    fetch: (input, init) => fetch(input, init),
    clock: manualClock(),
    ...settings,
  });
  return { endpoints, server };
}

const own = { token_endpoint: 'https://idp.example/token', revocation_endpoint: 'https://idp.example/revoke' };
const aliases = {
  token_endpoint: 'https://mtls.idp.example/token',
  revocation_endpoint: 'https://mtls.idp.example/rev',
};

describe('the endpoints made for mutual TLS', () => {
  const metadata = { ...own, mtls_endpoint_aliases: aliases };

  it('are taken where the connection shows a certificate', async () => {
    const { endpoints } = await endpointsOf(metadata, { mutualTls: true });
    expect(await endpoints.token()).toMatchObject({ token_endpoint: aliases.token_endpoint });
    expect(await endpoints.revocation()).toMatchObject(aliases);
  });

  it('are not taken by anyone else', async () => {
    const { endpoints } = await endpointsOf(metadata);
    expect(await endpoints.token()).toMatchObject(own);
    expect(await endpoints.revocation()).toMatchObject(own);
  });

  it('stand in for those alone that they name', async () => {
    const some = { ...own, mtls_endpoint_aliases: { token_endpoint: aliases.token_endpoint } };
    const { endpoints } = await endpointsOf(some, { mutualTls: true });
    expect(await endpoints.revocation()).toMatchObject({ ...own, token_endpoint: aliases.token_endpoint });
  });

  it.each([null, undefined, 'null', '', 7, [], {}])('are none where they come as %j', async (odd) => {
    const { endpoints } = await endpointsOf({ ...own, mtls_endpoint_aliases: odd }, { mutualTls: true });
    expect(await endpoints.token()).toMatchObject(own);
  });

  it('E24 are as secure as the others, or refused', async () => {
    const insecure = { ...own, mtls_endpoint_aliases: { token_endpoint: 'http://idp.example/token' } };
    const { endpoints } = await endpointsOf(insecure, { mutualTls: true });
    expect((await failureOf(endpoints.token())).message).toContain(
      'a token_endpoint that does not begin with https://',
    );
  });
});

describe('a token endpoint that the options give', () => {
  const tokenEndpoint = new URL('https://given.example/token');

  it('is asked without any discovery, and belongs to the issuer', async () => {
    const { endpoints, server } = await endpointsOf(own, { tokenEndpoint });
    expect(await endpoints.token()).toEqual({ issuer: server.issuer, token_endpoint: tokenEndpoint.href });
    expect(server.discovery.requests).toHaveLength(0);
  });

  it('needs no issuer', async () => {
    const { endpoints } = await endpointsOf(own, { tokenEndpoint, issuer: undefined });
    expect(await endpoints.token()).toEqual({ issuer: undefined, token_endpoint: tokenEndpoint.href });
  });

  it('leaves the revocation endpoint to discovery, and stays the audience of assertions', async () => {
    const { endpoints, server } = await endpointsOf(own, { tokenEndpoint });
    expect(await endpoints.revocation()).toEqual({
      issuer: server.issuer,
      token_endpoint: tokenEndpoint.href,
      revocation_endpoint: own.revocation_endpoint,
    });
    expect(server.discovery.requests).toHaveLength(1);
  });
});

describe('a revocation endpoint', () => {
  const revocationEndpoint = new URL('https://given.example/revoke');
  const none = {
    code: 'revocation_failed',
    client: 'billing',
    message:
      "client 'billing': nothing tells where tokens are revoked. Give revocationEndpoint, or an issuer whose metadata names one that begins with https://",
  };

  it('that the options give goes before the one in the metadata', async () => {
    const { endpoints } = await endpointsOf(own, { revocationEndpoint });
    expect(await endpoints.revocation()).toMatchObject({ ...own, revocation_endpoint: revocationEndpoint.href });
  });

  it('that the options give beside the token endpoint needs no discovery', async () => {
    const tokenEndpoint = new URL(own.token_endpoint);
    const { endpoints, server } = await endpointsOf(own, { tokenEndpoint, revocationEndpoint });
    expect((await endpoints.revocation()).revocation_endpoint).toBe(revocationEndpoint.href);
    expect(server.discovery.requests).toHaveLength(0);
  });

  it.each([undefined, null, '', '/revoke', 7, 'http://idp.example/revoke', 'https://u:p@idp.example/revoke'])(
    'as %j in the metadata is none, and in nobody’s way before',
    async (revocation_endpoint) => {
      const { endpoints } = await endpointsOf({ ...own, revocation_endpoint });
      expect(await endpoints.token()).toMatchObject({ token_endpoint: own.token_endpoint });
      expect(await failureOf(endpoints.revocation())).toMatchObject(none);
    },
  );

  it('that nothing names is told to be missing', async () => {
    const settings = { issuer: undefined, tokenEndpoint: new URL(own.token_endpoint) };
    const { endpoints } = await endpointsOf({}, settings);
    expect(await failureOf(endpoints.revocation())).toMatchObject(none);
  });
});

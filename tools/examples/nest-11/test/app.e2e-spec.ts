import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { startUpstream, type Upstream } from '@outbound-auth/testing';
import { AppModule } from '../src/app.module';

describe('orders, against servers on loopback', () => {
  let upstream: Upstream;
  let app: INestApplication;
  let origin: string;

  beforeEach(async () => {
    upstream = await startUpstream();
    Object.assign(process.env, {
      IDP_ISSUER: upstream.server.issuer,
      IDP_CLIENT_ID: 'orders-service',
      IDP_CLIENT_SECRET: 'a secret',
      BILLING_URL: `${upstream.api.origin}/billing`,
      SHIPPING_URL: `${upstream.api.origin}/shipping`,
      LEDGER_URL: `${upstream.api.origin}/ledger`,
    });
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
  });

  afterEach(async () => {
    await app.close();
    await upstream.close();
  });

  it('lists the invoices with the token of billing', async () => {
    const response = await fetch(`${origin}/invoices`);
    expect(response.status).toBe(200);
    expect(upstream.server.requests[0]?.parameters.get('scope')).toBe('invoices:read');
    const token = upstream.server.issuedTokens[0]?.accessToken;
    expect(upstream.api.requests[0]?.path).toBe('/billing/invoices');
    expect(upstream.api.requests[0]?.headers['authorization']).toBe(`Bearer ${token}`);
  });

  it('sends a parcel with the token of shipping', async () => {
    const body = JSON.stringify({ to: 'Ada' });
    const response = await fetch(`${origin}/parcels`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(await response.json()).toMatchObject({ method: 'POST', path: '/shipping/parcels', body });
    expect(upstream.server.requests[0]?.parameters.get('scope')).toBe('parcels');
  });

  it('reads the ledger as the user whose request it is', async () => {
    const headers = { authorization: 'Bearer the-token-of-Ada' };
    expect((await fetch(`${origin}/entries`, { headers })).status).toBe(200);
    expect(upstream.server.requests[0]?.parameters.get('subject_token')).toBe('the-token-of-Ada');
  });

  it('answers 401 where a user’s token is needed and missing', async () => {
    expect((await fetch(`${origin}/entries`)).status).toBe(401);
    expect(upstream.api.requests).toHaveLength(0);
  });

  it('is healthy as long as it gets its tokens', async () => {
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    upstream.server.respondWith(() => ({ status: 400, body: { error: 'invalid_client' } }));
    upstream.server.revokeAll();
    await fetch(`${origin}/invoices`); // finds out that its token is over
    const health = await fetch(`${origin}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({
      error: { tokens: { status: 'down', clients: { billing: { code: 'token_request_refused' } } } },
    });
  });

  it('answers 502 when billing refuses the token', async () => {
    upstream.api.respondWith(() => ({ status: 403 }));
    expect((await fetch(`${origin}/invoices`)).status).toBe(502);
  });
});

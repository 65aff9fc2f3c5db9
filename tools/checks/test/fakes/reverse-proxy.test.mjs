// A fake OutboundAuth in the place of a real one: before a reverse proxy.
import { upstreamAuth } from '@outbound-auth/express';
import { fakeOutboundAuth, startProtectedApi } from '@outbound-auth/testing';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { expect, it } from 'vitest';
import { visiting } from './visiting.mjs';

it('a reverse proxy is told by a fake what to send', async () => {
  const api = await startProtectedApi({ verify: (token) => token === 'a-token' });
  const fake = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass' });
  const billing = upstreamAuth(fake, 'billing', { target: api.origin });
  const proxy = createProxyMiddleware({ target: api.origin, on: billing.on });
  const app = express().use('/billing', billing, proxy);
  await visiting(app, async (visit) => {
    expect((await visit({ authorization: 'Bearer of-the-caller' }, '/billing/v2')).status).toBe(200);
  });
  expect(api.requests).toMatchObject([{ headers: { authorization: 'Bearer a-token' } }]);
  expect(api.requests[0].headers).not.toHaveProperty('x-outbound-auth-fake-client');
  expect(fake.calls).toMatchObject([{ client: 'billing', status: 200 }]);
  await api.close();
});

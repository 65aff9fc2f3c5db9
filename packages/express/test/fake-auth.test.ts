import { fakeOutboundAuth, startProtectedApi } from '@outbound-auth/testing';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { outboundAuth, upstreamAuth } from '../src/index.ts';
import { versions } from './versions.ts';

/** What a listener on loopback answers to a request. */
async function answerOf(listener: RequestListener, headers: Record<string, string> = {}): Promise<[number, string]> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    const port = typeof address === 'object' ? address?.port : undefined;
    const response = await fetch(`http://127.0.0.1:${port}/billing/v2`, { headers });
    return [response.status, await response.text()];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe.each(versions)('a fake OutboundAuth in $name', ({ framework }) => {
  it('makes the calls of its requests, and fails them by the status of its error', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => new Response('an invoice') });
    const app = framework().set('env', 'test');
    app.use(outboundAuth(fake));
    app.use((req, res, next) => {
      req.outbound
        .fetch('https://api.billing.example/v2')
        .then(async (response) => res.send(await response.text()))
        .catch(next);
    });
    expect(await answerOf(app)).toEqual([200, 'an invoice']);
    expect(fake.calls).toMatchObject([{ client: 'billing', headers: { authorization: 'Bearer a-token' } }]);
    fake.fail('billing');
    expect((await answerOf(app))[0]).toBe(502);
  });

  it('tells a reverse proxy what to send', async () => {
    const api = await startProtectedApi({ verify: (token) => token === 'a-token' });
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass' });
    const billing = upstreamAuth(fake, 'billing', { target: api.origin });
    const app = framework().use('/billing', billing, createProxyMiddleware({ target: api.origin, on: billing.on }));
    expect((await answerOf(app, { authorization: 'Bearer of-the-caller' }))[0]).toBe(200);
    expect(api.requests).toMatchObject([{ path: '/v2', headers: { authorization: 'Bearer a-token' } }]);
    expect(api.requests[0]?.headers).not.toHaveProperty('x-outbound-auth-fake-client');
    expect(fake.calls).toMatchObject([{ client: 'billing', status: 200 }]);
    await api.close();
  });
});

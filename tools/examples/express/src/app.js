import { outboundAuth, upstreamAuth } from '@outbound-auth/express';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { createServer } from 'node:http';

/** The service: some routes of its own, and a proxy before the whole of billing. */
export function createApp(auth, { billingUrl, ledgerUrl }) {
  const app = express();
  const billing = upstreamAuth(auth, 'billing', { target: billingUrl });
  const proxy = createProxyMiddleware({
    target: billingUrl,
    changeOrigin: true,
    pathRewrite: { '^/billing': '' },
    on: billing.on,
  });

  app.get('/ready', async (_req, res) => {
    await auth.warmUp({ clients: ['billing'], signal: AbortSignal.timeout(5_000) });
    res.json(auth.status().clients.billing);
  });
  app.use('/billing', billing, proxy);
  app.use(outboundAuth(auth)); // after your own authentication
  app.get('/invoices/open', async (req, res) => {
    const invoices = await req.outbound.fetch(`${billingUrl}/invoices?state=open`);
    res.status(invoices.status).json(await invoices.json());
  });
  app.get('/entries', async (req, res) => {
    const entries = await req.outbound.fetch(`${ledgerUrl}/entries`); // as the user whose request it is
    res.status(entries.status).json(await entries.json());
  });

  const server = createServer(app);
  server.on('upgrade', billing.upgrade(proxy.upgrade, '/billing')); // WebSockets pass no middleware
  return server;
}

import { createOutboundAuth } from '@outbound-auth/core';
import { outboundAuth } from '@outbound-auth/express';
import express from 'express';
import { listen } from '../listen.mjs';
import { clientOptions } from './client-options.mjs';

export const name = 'express';

export async function start(system) {
  const { api, onEvent, measured } = system;
  const auth = createOutboundAuth({ clients: { invoices: clientOptions(name, system) }, onEvent });
  const app = express();
  app.use(outboundAuth(auth));
  app.get('/invoices', async (req, res) => {
    const response = await measured(() => req.outbound.fetch(`${api}/${name}/invoices`));
    res.status(response.status).json(await response.json());
  });
  const { origin, close } = await listen(app);
  return { origin, close: () => close().then(() => auth.close()) };
}

import Router from '@koa/router';
import { createOutboundAuth } from '@outbound-auth/core';
import { outboundAuth } from '@outbound-auth/koa';
import Koa from 'koa';
import { listen } from '../listen.mjs';
import { clientOptions } from './client-options.mjs';

export const name = 'koa';

export async function start(system) {
  const { api, onEvent, measured } = system;
  const auth = createOutboundAuth({ clients: { invoices: clientOptions(name, system) }, onEvent });
  const router = new Router();
  router.get('/invoices', async (ctx) => {
    const response = await measured(() => ctx.outbound.fetch(`${api}/${name}/invoices`));
    ctx.status = response.status;
    ctx.body = await response.json();
  });
  const app = new Koa();
  app.use(outboundAuth(auth));
  app.use(router.routes());
  const { origin, close } = await listen(app.callback());
  return { origin, close: () => close().then(() => auth.close()) };
}

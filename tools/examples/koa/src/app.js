import Router from '@koa/router';
import { outboundAuth, upstreamAuth } from '@outbound-auth/koa';
import Koa from 'koa';
import proxies from 'koa-proxies';

/** A storefront whose shops are tenants: each has a client of its own at the warehouse. */
export function createApp(auth, { warehouseUrl, imagesUrl }) {
  const app = new Koa();
  const images = upstreamAuth(auth, 'images', { target: imagesUrl });
  const proxied = proxies('/images', {
    target: imagesUrl,
    changeOrigin: true,
    rewrite: (path) => path.slice('/images'.length),
    events: { proxyReq: images.on.proxyReq },
  });
  const router = new Router();
  router.get('/stock/:article', async (ctx) => {
    const stock = await ctx.outbound.fetch(`${warehouseUrl}/stock/${encodeURIComponent(ctx.params.article)}`);
    ctx.status = stock.status;
    ctx.body = await stock.json();
  });

  app.use((ctx, next) => (ctx.path.startsWith('/images/') ? images(ctx, next) : next()));
  app.use(proxied);
  // In life, the shop is known from the host name or from who is signed in.
  app.use(outboundAuth(auth, { resolve: (ctx) => ctx.get('x-shop') || undefined }));
  app.use(router.routes());
  return app;
}

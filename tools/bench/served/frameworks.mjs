// One route in each framework, with the middleware or without.

/**
 * `listen({ auth, answer })` serves a route that answers by what `answer(outbound)` gives, behind the middleware where there
 * is an `auth`; it gives the port.
 */
export const frameworks = [
  { name: 'Express', listen: listenExpress },
  { name: 'Koa', listen: listenKoa },
  { name: 'NestJS on Express', listen: (route) => listenNest(route) },
  { name: 'NestJS on Fastify', listen: (route) => listenNest(route, fastifyAdapter) },
];

async function listenExpress({ auth, answer }) {
  const { default: express } = await import('express');
  const { outboundAuth } = await import('@outbound-auth/express');
  const app = express();
  if (auth) app.use(outboundAuth(auth));
  app.get('/', async (req, res) => res.end(await answer(req.outbound)));
  return portOf(app.listen(0, '127.0.0.1'));
}

async function listenKoa({ auth, answer }) {
  const { default: Koa } = await import('koa');
  const { outboundAuth } = await import('@outbound-auth/koa');
  const app = new Koa();
  if (auth) app.use(outboundAuth(auth));
  app.use(async (ctx) => {
    ctx.body = await answer(ctx.outbound);
  });
  return portOf(app.listen(0, '127.0.0.1'));
}

async function listenNest({ auth, answer }, adapter = () => undefined) {
  const { Controller, Get, Module } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  const { OutboundAuthModule } = await import('@outbound-auth/nestjs');
  class Route {
    get() {
      return answer(auth);
    }
  }
  // Decorators by hand: this is no TypeScript.
  Get()(Route.prototype, 'get', Object.getOwnPropertyDescriptor(Route.prototype, 'get'));
  Controller()(Route);
  class App {}
  Module({ imports: auth ? [OutboundAuthModule.forRoot(auth)] : [], controllers: [Route] })(App);
  const args = [await adapter(), { logger: false }].filter(Boolean);
  const app = await NestFactory.create(App, ...args);
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer().address().port;
}

async function fastifyAdapter() {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return new FastifyAdapter();
}

async function portOf(server) {
  await new Promise((resolve) => server.once('listening', resolve));
  return server.address().port;
}

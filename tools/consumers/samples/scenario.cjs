// Calls a real API through each package, with a token from a real token endpoint; both are on loopback.
// `load` is import() or require(): the code of the user is the same.
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { createServer } = require('node:http');

const calls = {
  async core({ auth, url }) {
    const response = await auth.fetch(url);
    assert.equal(response.status, 200);
  },

  // What is loaded only by who needs it comes along: a provider, DPoP, and undici where it is installed.
  async 'core/providers'({ url, load }) {
    const { createOutboundAuth } = await load('@outbound-auth/core');
    const { usageEngine } = await load('@outbound-auth/core/providers');
    const { origin } = new URL(url);
    const registration = { clientId: 'orders-service', clientSecret: 'secret' };
    const server = { audience: `${origin}/`, tokenEndpoint: `${origin}/token` };
    const undici = await Promise.resolve('undici')
      .then(load)
      .catch(() => undefined);
    const further = { dpop: { allowBearer: true }, proxy: undici && 'environment' };
    const auth = createOutboundAuth({ clients: { billing: usageEngine({ ...registration, ...server, ...further }) } });
    assert.equal((await auth.fetch(url)).status, 200);
    await auth.close();
  },

  async express({ auth, url, load }) {
    const { outboundAuth } = await load('@outbound-auth/express');
    const express = defaultOf(await load('express'));
    const app = express();
    app.use(outboundAuth(auth));
    app.get('/', (req, res, next) => {
      req.outbound.fetch(url).then(({ status }) => res.sendStatus(status), next);
    });
    await visit(createServer(app));
  },

  async koa({ auth, url, load }) {
    const { outboundAuth } = await load('@outbound-auth/koa');
    const Koa = defaultOf(await load('koa'));
    const app = new Koa();
    app.use(outboundAuth(auth));
    app.use(async (ctx) => {
      ctx.status = (await ctx.outbound.fetch(url)).status;
    });
    await visit(createServer(app.callback()));
  },

  async axios({ auth, url, load }) {
    const { attachOutboundAuth } = await load('@outbound-auth/axios');
    const http = defaultOf(await load('axios')).create();
    attachOutboundAuth(http, auth);
    assert.equal((await http.get(url)).status, 200);
  },

  async nestjs({ options, url, load }) {
    const { getOutboundClientToken, OutboundAuthModule } = await load('@outbound-auth/nestjs');
    await inNest(load, [OutboundAuthModule.forRoot(options)], async (app) => {
      const billing = app.get(getOutboundClientToken('billing'), { strict: false });
      assert.equal((await billing.fetch(url)).status, 200);
    });
  },

  async 'nestjs/axios'({ options, url, load }) {
    const { getOutboundHttpToken, OutboundAuthModule } = await load('@outbound-auth/nestjs');
    const { OutboundHttpModule } = await load('@outbound-auth/nestjs/axios');
    const { firstValueFrom } = await load('rxjs');
    const modules = [OutboundAuthModule.forRoot(options), OutboundHttpModule.register({ client: 'billing' })];
    await inNest(load, modules, async (app) => {
      const http = app.get(getOutboundHttpToken('billing'), { strict: false });
      assert.equal((await firstValueFrom(http.get(url))).status, 200);
    });
  },

  // Two processes: the second has the token from the store, for it can make no request.
  async redis({ options, url, load }) {
    const { createOutboundAuth } = await load('@outbound-auth/core');
    const { redisStore } = await load('@outbound-auth/redis');
    const { startRedisServer } = await load('@outbound-auth/testing');
    const server = await startRedisServer();
    // However slow this machine is just now.
    const sharing = () => ({ ...options, store: redisStore({ url: server.url }), storeTimeout: 60 });
    const first = createOutboundAuth(sharing());
    const second = createOutboundAuth({ ...sharing(), fetch: () => Promise.reject(new Error('offline')) });
    try {
      assert.equal((await first.fetch(url)).status, 200);
      assert.equal((await second.client('billing').getAccessToken()).value, 'the-token');
    } finally {
      await Promise.all([first.close(), second.close()]);
      await server.stop();
    }
  },

  async testing({ options, url, load }) {
    const { createOutboundAuth } = await load('@outbound-auth/core');
    const { startAuthorizationServer } = await load('@outbound-auth/testing');
    const server = await startAuthorizationServer();
    const { tokenEndpoint } = server;
    const auth = createOutboundAuth({ clients: { billing: { ...options.clients.billing, tokenEndpoint } } });
    assert.equal((await auth.fetch(url)).status, 200);
    await auth.close();
    await server.close();
    return server.issuedTokens[0].accessToken;
  },
};

/** Runs one sample; throws unless the API got the token. */
exports.use = async function use(sample, load) {
  assert(calls[sample], `scenario.cjs has no sample of @outbound-auth/${sample}`);
  const seen = [];
  const upstream = createServer((request, response) => {
    if (request.url === '/token')
      return answer(response, { access_token: 'the-token', token_type: 'Bearer', expires_in: 60 });
    seen.push(request.headers.authorization);
    answer(response, { ok: true });
  });
  const origin = await listen(upstream);
  const options = {
    clients: {
      billing: {
        tokenEndpoint: `${origin}/token`,
        clientId: 'orders-service',
        clientSecret: 'secret',
        attachTo: [`${origin}/api`],
      },
    },
  };
  const { createOutboundAuth } = await load('@outbound-auth/core');
  const auth = createOutboundAuth(options);
  try {
    const token = await calls[sample]({ auth, options, url: `${origin}/api/invoices`, load });
    assert.deepEqual(seen, [`Bearer ${token ?? 'the-token'}`]);
  } finally {
    await auth.close();
    close(upstream);
  }
};

/** Runs samples and prints a line of JSON for each: its name, and its error if it has one. */
exports.report = async function report(samples, load) {
  for (const sample of samples) {
    let error;
    await exports.use(sample, load).catch((reason) => (error = String(reason?.stack ?? reason)));
    console.log(JSON.stringify({ sample, error }));
  }
};

async function inNest(load, imports, job) {
  await load('reflect-metadata');
  const { Module } = await load('@nestjs/common');
  const { NestFactory } = await load('@nestjs/core');
  class AppModule {}
  Module({ imports })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'], abortOnError: false });
  await job(app);
  await app.close();
}

async function visit(server) {
  const response = await fetch(await listen(server));
  close(server);
  assert.equal(response.status, 200);
}

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${server.address().port}`;
}

function close(server) {
  server.close();
  server.closeAllConnections();
}

function answer(response, body) {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

function defaultOf(module) {
  return module.default ?? module;
}

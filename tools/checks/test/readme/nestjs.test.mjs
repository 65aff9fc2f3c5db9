import { ApolloDriver } from '@nestjs/apollo';
import { Controller, Get, Inject, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { OutboundAuth, tokenExchange } from '@outbound-auth/core';
import { getOutboundClientToken, OutboundAuthModule } from '@outbound-auth/nestjs';
import { firstValueFrom } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { expectGraceful, expectPassed, expectProxied } from './in-every-framework.mjs';
import { answer, answerOf, readme } from './recipes.mjs';

const { run, runTests, server, api, start, unrun } = readme('packages/nestjs');
const billing = 'https://api.billing.example';
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('@outbound-auth/nestjs', async () => {
  const { AppModule } = await run('@outbound-auth/nestjs');
  await withApplication(AppModule, async (listener) => {
    const body = { path: '/v2/invoices', ...withToken };
    expect(await answerOf(listener, '/invoices')).toMatchObject({ status: 200, body });
  });
});

it('Options from other providers', async () => {
  vi.stubEnv('IDP_ISSUER', server().issuer);
  vi.stubEnv('BILLING_SECRET', 'a secret');
  vi.stubEnv('BILLING_URL', api(billing).origin);
  const { AppModule } = await run('Options from other providers');
  await withApplication(AppModule, async (_listener, app) => {
    const response = await app.get(getOutboundClientToken('billing')).fetch(`${api(billing).origin}/v2/invoices`);
    expect(await response.json()).toMatchObject(withToken);
  });
});

it('Several upstreams', async () => {
  const { AppModule } = await run('Several upstreams');
  const user = { headers: { authorization: 'Bearer the-token-of-Ada' } };
  await withApplication(AppModule, async (_listener, _app, answerAt) => {
    expect(await answerAt('/orders/stock')).toMatchObject({ status: 200, body: { path: '/items/7', ...withToken } });
    expect(await answerAt('/orders/total', user)).toMatchObject({ status: 200, body: withToken });
    expect(await answerAt('/orders/mine', user)).toMatchObject({ status: 200, body: withToken });
    const asked = server().requests.map(({ parameters }) => [parameters.get('scope'), parameters.get('subject_token')]);
    expect(asked).toEqual([
      ['stock:read', null],
      [null, null],
      [null, 'the-token-of-Ada'],
    ]);
  });
});

it('Several instances', async () => {
  const { PartnerModule, PartnerService } = await run('Several instances');
  await withApplication(PartnerModule, async (_listener, app) => {
    const { auth, billing, http } = app.get(PartnerService, { strict: false });
    const address = `${api('https://partner.example').origin}/v2/invoices`;
    expect(await (await auth.fetch(address)).json()).toMatchObject(withToken);
    expect(await (await billing.fetch(address)).json()).toMatchObject(withToken);
    expect((await http.axiosRef.get('/invoices')).data).toMatchObject({ path: '/v2/invoices', ...withToken });
    expect(server().requests).toHaveLength(1);
  });
});

it('A tenant per request', async () => {
  const { AppModule } = await run('A tenant per request');
  await withApplication(AppModule, async (_listener, _app, answerAt) => {
    const of = (tenant) => answerAt('/invoices', { headers: { 'x-tenant': tenant } });
    for (const tenant of ['acme', 'umbrella', 'acme']) expect(await of(tenant)).toMatchObject({ body: withToken });
    expect(server().issuedTokens.map(({ clientId }) => clientId)).toEqual(['acme', 'umbrella']);
    expect(await of('somebody-else')).toMatchObject({ status: 500 });
  });
});

it('On behalf of the user', async () => {
  const { LedgerModule } = await run('On behalf of the user');
  await withApplication(LedgerModule, async (_listener, _app, answerAt) => {
    const user = { headers: { authorization: 'Bearer the-token-of-Ada' } };
    expect(await answerAt('/entries', user)).toMatchObject({ status: 200, body: withToken });
    expect(server().requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['the-token-of-Ada']);
    expect(await answerAt('/entries')).toMatchObject({ status: 401 });
  });
});

it('Sessions, GraphQL and messages', async () => {
  const { LedgerModule } = await run('Sessions, GraphQL and messages');
  const address = api('https://ledger.example').origin;
  const [OfSession, OfMessage, OfQuery] = [
    [Get('session'), Controller()],
    [MessagePattern('call'), Controller()],
    [Query('call'), Resolver()],
  ].map(([method, whole]) => {
    class Caller {
      constructor(auth) {
        this.auth = auth;
      }

      async call() {
        return (await (await this.auth.fetch(address)).json()).headers.authorization;
      }
    }
    method(Caller.prototype, 'call', Object.getOwnPropertyDescriptor(Caller.prototype, 'call'));
    Inject(OutboundAuth)(Caller, undefined, 0);
    whole(Caller);
    return Caller;
  });
  const graphql = GraphQLModule.forRoot({ driver: ApolloDriver, typeDefs: 'type Query { call: String! }' });
  const metadata = { imports: [LedgerModule, graphql], controllers: [OfSession, OfMessage], providers: [OfQuery] };
  const app = await NestFactory.create(moduleOf(metadata), { logger: false });
  app.use((request, _response, next) => {
    request.session = { accessToken: 'of-the-session' };
    next();
  });
  const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } };
  const service = app.connectMicroservice(tcp, { inheritAppConfig: true });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const { port } = service.unwrap().address();
  const client = ClientProxyFactory.create({ ...tcp, options: { host: '127.0.0.1', port } });
  try {
    const origin = await app.getUrl();
    await answer(`${origin}/session`);
    await answer(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-query' },
      body: JSON.stringify({ query: '{ call }' }),
    });
    await firstValueFrom(client.send('call', { userToken: 'of-the-message' }));
    const subjects = server().requests.map(({ parameters }) => parameters.get('subject_token'));
    expect(subjects).toEqual(['of-the-session', 'of-the-query', 'of-the-message']);
  } finally {
    client.close();
    await app.close();
  }
});

it('HttpService', async () => {
  const { InvoiceModule, InvoiceService } = await run('HttpService', { expose: ['InvoiceService'] });
  const client = {
    issuer: server().issuer,
    clientId: 'orders',
    clientSecret: 'a secret',
    attachTo: [api(billing).origin],
  };
  const imports = [OutboundAuthModule.forRoot({ clients: { billing: client } }), InvoiceModule];
  await withApplication(moduleOf({ imports }), async (_listener, app) => {
    expect(await app.get(InvoiceService, { strict: false }).list()).toMatchObject({
      path: '/v2/invoices',
      ...withToken,
    });
  });
});

it('A reverse proxy', async () => {
  const { createGateway } = await run('A reverse proxy');
  const app = await createGateway();
  app.useLogger(false);
  await app.init();
  await expectProxied(app.getHttpAdapter().getInstance());
  await app.close();
});

it('Errors', async () => {
  const { ErrorModule } = await run('Errors');
  const forUsers = {
    issuer: server().issuer,
    clientId: 'orders',
    clientSecret: 'a secret',
    grant: tokenExchange(),
    attachTo: [api(billing).origin],
  };
  class Guard {
    constructor(auth) {
      this.auth = auth;
    }

    async canActivate() {
      return (await this.auth.fetch(api(billing).origin)).ok;
    }
  }
  Inject(OutboundAuth)(Guard, undefined, 0);
  class Guarded {
    get() {
      return 'guarded';
    }
  }
  Get()(Guarded.prototype, 'get', Object.getOwnPropertyDescriptor(Guarded.prototype, 'get'));
  UseGuards(Guard)(Guarded);
  Controller()(Guarded);
  const imports = [OutboundAuthModule.forRoot({ clients: { forUsers } }), ErrorModule];
  await withApplication(moduleOf({ imports, controllers: [Guarded] }), async (_listener, _app, answerAt) => {
    const body = { statusCode: 401, message: 'Unauthorized' };
    expect(await answerAt('/')).toMatchObject({ status: 401, body });
  });
});

it('A test with no network', async () => {
  expectPassed(await runTests('A test with no network'));
});

it('Health', async () => {
  const { HealthModule } = await run('Health');
  await withApplication(HealthModule, async (_listener, _app, answerAt) => {
    const health = { status: 'up', clients: { billing: { status: 'up' } }, store: 'none' };
    expect(await answerAt('/ready')).toMatchObject({ status: 200, body: { info: { 'outbound-auth': health } } });
    expect(server().requests).toHaveLength(1);
  });
});

it('Graceful shutdown', async () => {
  // Nest ends the process by the signal that it was told to end by.
  await expectGraceful(await start('Graceful shutdown'), { server, api }, { signal: 'SIGTERM' });
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

async function withApplication(module, use) {
  const app = await NestFactory.create(module, { logger: false });
  await app.init();
  try {
    const listener = app.getHttpAdapter().getInstance();
    await use(listener, app, (target, init) => answerOf(listener, target, init));
  } finally {
    await app.close();
  }
}

function moduleOf(metadata) {
  class TestModule {}
  Module(metadata)(TestModule);
  return TestModule;
}

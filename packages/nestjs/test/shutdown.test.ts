import { Controller, type DynamicModule, Get, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createOutboundAuth, OutboundAuth } from '@outbound-auth/core';
import { startAuthorizationServer, startProtectedApi } from '@outbound-auth/testing';
import { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { getOutboundAuthToken, OutboundAuthModule } from '../src/index.ts';
import { createApplication, platforms } from './application.ts';
import { exampleOptions, stateOf } from './example-options.ts';

async function start(...imports: DynamicModule[]): Promise<INestApplication> {
  return (await createApplication({ imports })).init();
}

describe('on shutdown', () => {
  it('E36 what was made of options is closed', async () => {
    const app = await start(OutboundAuthModule.forRoot(exampleOptions));
    const auth = app.get(OutboundAuth);
    expect(await stateOf(auth)).toBe('open');
    await app.close();
    expect(await stateOf(auth)).toBe('closed');
  });

  it('E36 each root closes its own', async () => {
    const roots = [1, 2].map(() =>
      OutboundAuthModule.forRootAsync({ isGlobal: false, useFactory: () => exampleOptions }),
    );
    const app = await start(...roots);
    const auths = app.get<unknown, OutboundAuth>(OutboundAuth, { strict: false, each: true });
    await app.close();
    expect(await Promise.all(auths.map(stateOf))).toEqual(['closed', 'closed']);
  });

  it('a ready OutboundAuth is left to its maker', async () => {
    const auth = createOutboundAuth(exampleOptions);
    for (const root of [
      OutboundAuthModule.forRoot(auth),
      OutboundAuthModule.forRootAsync({ useFactory: () => auth }),
    ]) {
      await (await start(root)).close();
      expect(await stateOf(auth)).toBe('open');
    }
  });

  it('one that overrides it in a test is left to the test', async () => {
    const auth = createOutboundAuth(exampleOptions);
    const app = await Test.createTestingModule({ imports: [OutboundAuthModule.forRoot(exampleOptions)] })
      .overrideProvider(getOutboundAuthToken())
      .useValue(auth)
      .compile();
    await app.init();
    await app.close();
    expect(await stateOf(auth)).toBe('open');
  });

  it.each(platforms)('E48 requests that drain still get tokens, $title', async ({ platform }) => {
    const server = await startAuthorizationServer();
    const api = await startProtectedApi({ verify: server });
    const [arrived, closing] = [signal(), signal()];

    @Controller()
    class InvoiceController {
      readonly #auth: OutboundAuth;

      constructor(auth: OutboundAuth) {
        this.#auth = auth;
      }

      @Get()
      async list(): Promise<string> {
        arrived.give();
        await closing.given;
        const response = await this.#auth.fetch(`${api.origin}/invoices`);
        return `the API answered ${response.status}`;
      }
    }
    const { tokenEndpoint } = server;
    const client = { tokenEndpoint, clientId: 'orders', clientSecret: 'a secret', attachTo: [api.origin] };
    const root = OutboundAuthModule.forRoot({ clients: { client } });
    const app = await createApplication({ imports: [root], controllers: [InvoiceController] }, platform);
    await app.listen(0, '127.0.0.1');
    // The last hooks that run before the server closes are over by then.
    const http: unknown = app.getHttpServer();
    if (!(http instanceof Server)) throw new TypeError('no server');
    const close = http.close.bind(http);
    http.close = (done) => {
      closing.give();
      return close(done);
    };

    const answer = fetch(await app.getUrl(), { headers: { connection: 'close' } });
    await arrived.given;
    const closed = app.close();
    expect(await (await answer).text()).toBe('the API answered 200');
    await closed;
    await Promise.all([server.close(), api.close()]);
  });
});

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

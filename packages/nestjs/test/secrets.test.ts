import type { HttpService } from '@nestjs/axios';
import { ConsoleLogger, Controller, Get, Inject, Module } from '@nestjs/common';
import { NestFactory, SerializedGraph } from '@nestjs/core';
import { OutboundAuth, OutboundClient } from '@outbound-auth/core';
import { exposedSecrets, startUpstream } from '@outbound-auth/testing';
import { inspect } from 'node:util';
import { expect, it, vi } from 'vitest';
import { InjectOutboundHttp, OutboundHttpModule } from '../src/http/index.ts';
import { InjectOutboundClient, OutboundAuthHealthIndicator, OutboundAuthModule } from '../src/index.ts';
import { adapterFor, platforms } from './application.ts';

const originToken = Symbol('the address of the API');
const wrongSecret = 'a wrong secret:/+%';

@Controller()
class InvoiceController {
  readonly auth: OutboundAuth;
  readonly billing: OutboundClient;
  readonly http: HttpService;
  readonly #origin: string;

  constructor(
    auth: OutboundAuth,
    @InjectOutboundClient('billing') billing: OutboundClient,
    @InjectOutboundHttp() http: HttpService,
    @Inject(originToken) origin: string,
  ) {
    this.auth = auth;
    this.billing = billing;
    this.http = http;
    this.#origin = origin;
  }

  @Get('invoices')
  async invoices(): Promise<string> {
    await this.http.axiosRef.get(this.#origin);
    return (await this.billing.fetch(this.#origin)).text();
  }

  @Get('refused')
  async refused(): Promise<string> {
    return (await this.auth.fetch(this.#origin, { outboundAuth: { client: 'refused' } })).text();
  }

  @Get('axios')
  async axios(): Promise<unknown> {
    return this.http.axiosRef.get(this.#origin, { outboundAuth: { client: 'refused' } });
  }
}

/** What is written to the console while work is done. */
async function written(work: () => Promise<void>): Promise<string> {
  const texts: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => texts.push(String(text)) > 0),
  );
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return texts.join('');
}

const loggers = { text: () => new ConsoleLogger(), JSON: () => new ConsoleLogger({ json: true }) };

it.each(
  platforms.flatMap(({ platform, title }) => (['text', 'JSON'] as const).map((kind) => ({ platform, title, kind }))),
)('E25 $title shows no secret and no token: by its logger ($kind), its graph, inspection', async (scene) => {
  const { server, api, client, close } = await startUpstream();
  api.respondWith(() => ({ body: 'fine' }));
  // An AxiosError, which goes to the log with all its parts.
  api.respondOnce({ status: 403 });
  server.respondWith(({ headers }) =>
    atob(String(headers['authorization']).slice('Basic '.length)).includes('wrong')
      ? { status: 401, body: { error: 'invalid_client', error_description: `not ${wrongSecret}` } }
      : undefined,
  );
  const refused = { ...client, clientSecret: wrongSecret, attempts: 1 };
  const attachTo = [`${api.origin}/refused`];
  @Module({
    imports: [
      OutboundAuthModule.forRoot({ clients: { billing: client, refused: { ...refused, attachTo } } }),
      OutboundHttpModule.register({}),
    ],
    controllers: [InvoiceController],
    providers: [{ provide: originToken, useValue: `${api.origin}/` }],
  })
  class AppModule {}
  const shown: unknown[] = [];
  const log = await written(async () => {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class that nobody instantiates
    const app = await NestFactory.create(AppModule, adapterFor(scene.platform), {
      logger: loggers[scene.kind](),
      snapshot: true,
    });
    await app.listen(0, '127.0.0.1');
    for (const path of ['invoices', 'invoices', 'refused', 'axios']) {
      const response = await fetch(`${await app.getUrl()}/${path}`);
      shown.push(response.status, [...response.headers], await response.text());
    }
    const controller = app.get(InvoiceController);
    shown.push(inspect(app), inspect(controller, { depth: 9 }), JSON.stringify(controller.auth));
    shown.push(app.get(SerializedGraph).toString(), await app.get(OutboundAuthHealthIndicator).isHealthy('auth'));
    await app.close();
  });
  await close();
  expect(log).toContain("client 'refused'");
  expect(log).toContain('AxiosError');
  const tokens = server.issuedTokens.map(({ accessToken }) => accessToken);
  expect(tokens).toHaveLength(1);
  const credentials = server.requests.map(({ headers }) => String(headers['authorization']).slice('Basic '.length));
  const secrets = [client.clientSecret, wrongSecret, ...tokens, ...credentials];
  expect(exposedSecrets([shown, log], secrets)).toEqual([]);
});

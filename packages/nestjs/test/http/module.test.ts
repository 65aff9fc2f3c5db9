import { HttpModule, HttpService } from '@nestjs/axios';
import { type DynamicModule, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getOutboundHttpToken, OutboundAuthModule } from '../../src/index.ts';
import { InjectOutboundHttp, OutboundHttpModule } from '../../src/http/index.ts';
import { startUpstream, statusOf, type Upstream } from './upstream.ts';

let upstream: Upstream;
let root: DynamicModule;

beforeEach(async () => {
  upstream = await startUpstream();
  root = OutboundAuthModule.forRoot(upstream.options);
});

afterEach(() => upstream[Symbol.asyncDispose]());

@Injectable()
class UpstreamService {
  readonly billing: HttpService;
  readonly ledger: HttpService;

  constructor(@InjectOutboundHttp('billing') billing: HttpService, @InjectOutboundHttp('ledger') ledger: HttpService) {
    this.billing = billing;
    this.ledger = ledger;
  }
}

function compile(metadata: ModuleMetadata): Promise<TestingModule> {
  return Test.createTestingModule(metadata).compile();
}

describe('register', () => {
  it('makes an HttpService of the Axios configuration, whose calls carry the client’s token', async () => {
    const http = OutboundHttpModule.register({
      client: 'billing',
      baseURL: `${upstream.api.origin}/billing`,
      headers: { 'x-own': 'kept' },
    });
    const app = await compile({ imports: [root, http] });
    const service = app.get<HttpService>(getOutboundHttpToken('billing'), { strict: false });
    expect(service).toBeInstanceOf(HttpService);
    expect(await statusOf(service, '/invoices')).toBe(200);
    expect(upstream.callers()).toEqual([['/billing/invoices', 'id-of-billing']]);
    expect(upstream.api.requests[0]?.headers['x-own']).toBe('kept');
    expect(service.axiosRef.defaults).not.toHaveProperty('client');
  });

  it('E36 twice in one module: each has its own client and its own Axios instance', async () => {
    const { origin } = upstream.api;
    const app = await compile({
      imports: [
        root,
        OutboundHttpModule.register({
          client: 'billing',
          baseURL: `${origin}/shared/1`,
          headers: { 'x-own': 'billing' },
        }),
        OutboundHttpModule.register({
          client: 'ledger',
          baseURL: `${origin}/shared/2`,
          headers: { 'x-own': 'ledger' },
        }),
      ],
      providers: [UpstreamService],
    });
    const { billing, ledger } = app.get(UpstreamService);
    await statusOf(billing, '/invoices');
    await statusOf(ledger, '/accounts');
    expect(upstream.callers()).toEqual([
      ['/shared/1/invoices', 'id-of-billing'],
      ['/shared/2/accounts', 'id-of-ledger'],
    ]);
    expect(upstream.api.requests.map(({ headers }) => headers['x-own'])).toEqual(['billing', 'ledger']);
  });

  it('without a client finds the client of each call by its address', async () => {
    const app = await compile({ imports: [root, OutboundHttpModule.register({ baseURL: upstream.api.origin })] });
    const service = app.get<HttpService>(getOutboundHttpToken(), { strict: false });
    await statusOf(service, '/ledger/accounts');
    await statusOf(service, '/billing/invoices');
    expect(upstream.callers()).toEqual([
      ['/ledger/accounts', 'id-of-ledger'],
      ['/billing/invoices', 'id-of-billing'],
    ]);
  });

  it('E36 leaves the global Axios alone, which a bare HttpModule shares', async () => {
    @Injectable()
    class BareService {
      readonly http: HttpService;

      constructor(http: HttpService) {
        this.http = http;
      }
    }
    const app = await compile({
      imports: [root, OutboundHttpModule.register({ client: 'billing' }), HttpModule],
      providers: [BareService],
    });
    expect(await statusOf(app.get(BareService).http, `${upstream.api.origin}/billing/invoices`)).toBe(401);
    expect(upstream.callers()).toEqual([['/billing/invoices', undefined]]);
  });

  it('exports the plain HttpService only when asked to', async () => {
    @Injectable()
    class PlainService {
      readonly http: HttpService;

      constructor(http: HttpService) {
        this.http = http;
      }
    }
    const without = { imports: [root, OutboundHttpModule.register({ client: 'billing' })], providers: [PlainService] };
    await expect(compile(without)).rejects.toThrow(/dependencies of the PlainService/);

    const http = OutboundHttpModule.register({ client: 'billing', asHttpService: true });
    const app = await compile({ imports: [root, http], providers: [PlainService] });
    expect(app.get(PlainService).http).toBe(app.get(getOutboundHttpToken('billing'), { strict: false }));
  });

  it('is global only when asked to', async () => {
    @Module({ providers: [UpstreamService] })
    class FeatureModule {}
    const imports = (isGlobal: boolean) => [
      root,
      FeatureModule,
      OutboundHttpModule.register({ client: 'billing', isGlobal: true }),
      OutboundHttpModule.register({ client: 'ledger', ...(isGlobal && { isGlobal }) }),
    ];
    await expect(compile({ imports: imports(false) })).rejects.toThrow(/HttpService of 'ledger'/);
    const app = await compile({ imports: imports(true) });
    expect(app.get(UpstreamService).ledger).toBeInstanceOf(HttpService);
  });

  it('finds an OutboundAuth that is not global in its imports', async () => {
    @Module({
      imports: [OutboundAuthModule.forRoot({ ...upstream.options, isGlobal: false })],
      exports: [OutboundAuthModule],
    })
    class UpstreamModule {}
    const app = await compile({
      imports: [OutboundHttpModule.register({ client: 'billing', imports: [UpstreamModule] })],
    });
    const service = app.get<HttpService>(getOutboundHttpToken('billing'), { strict: false });
    expect(await statusOf(service, `${upstream.api.origin}/billing/invoices`)).toBe(200);
  });

  it('fails at boot without an OutboundAuth, and tells what is missing', async () => {
    await expect(compile({ imports: [OutboundHttpModule.register({ client: 'billing' })] })).rejects.toThrow(
      /HttpService of 'billing'.*OutboundAuth, from OutboundAuthModule\.forRoot or forRootAsync/s,
    );
  });

  it('fails at boot with an unknown client', async () => {
    const http = OutboundHttpModule.register({ client: 'biling' });
    await expect(compile({ imports: [root, http] })).rejects.toThrow(
      "there is no client 'biling'; did you mean 'billing'?",
    );
  });

  it('E36 stands twice where Nest tells modules apart by their contents', async () => {
    const wrap = (path: string) => {
      @Module({ imports: [OutboundHttpModule.register({ client: 'billing', baseURL: upstream.api.origin + path })] })
      class WrappingModule {}
      return WrappingModule;
    };
    @Module({ imports: [root, wrap('/billing/1'), wrap('/billing/2')] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(
      AppModule,
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class that nobody instantiates
      { logger: false, moduleIdGeneratorAlgorithm: 'deep-hash' },
    );
    const found = app.get<unknown, HttpService>(getOutboundHttpToken('billing'), { strict: false, each: true });
    for (const http of found) await statusOf(http, '/invoices');
    expect(upstream.callers().map(([path]) => path)).toEqual(['/billing/1/invoices', '/billing/2/invoices']);
  });

  it('E36 is loaded lazily', async () => {
    @Module({ imports: [OutboundHttpModule.register({ client: 'billing', baseURL: upstream.api.origin })] })
    class LazyModule {}
    const app = await compile({ imports: [root] });
    const loaded = await app.get(LazyModuleLoader).load(() => LazyModule);
    const service = loaded.get<HttpService>(getOutboundHttpToken('billing'), { strict: false });
    expect(await statusOf(service, '/billing/invoices')).toBe(200);
  });

  it('is overridden by its token in a user’s test', async () => {
    const stub = {};
    const app = await Test.createTestingModule({ imports: [root, OutboundHttpModule.register({ client: 'billing' })] })
      .overrideProvider(getOutboundHttpToken('billing'))
      .useValue(stub)
      .compile();
    expect(app.get(getOutboundHttpToken('billing'), { strict: false })).toBe(stub);
  });
});

import { Inject, Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
import { ContextIdFactory, LazyModuleLoader, NestFactory } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { createOutboundAuth, OutboundAuth, OutboundClient } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import {
  getOutboundAuthToken,
  getOutboundClientToken,
  InjectOutboundAuth,
  InjectOutboundClient,
  OutboundAuthModule,
} from '../src/index.ts';
import { createApplication } from './application.ts';
import { billing, exampleOptions, ledger, stateOf } from './example-options.ts';

@Injectable()
class InvoiceService {
  readonly byToken: OutboundAuth;
  readonly byType: OutboundAuth;
  readonly client: OutboundClient;

  constructor(
    @InjectOutboundAuth() byToken: OutboundAuth,
    byType: OutboundAuth,
    @InjectOutboundClient('billing') client: OutboundClient,
  ) {
    this.byToken = byToken;
    this.byType = byType;
    this.client = client;
  }
}

@Module({ providers: [InvoiceService], exports: [InvoiceService] })
class InvoiceModule {}

function compile(...imports: NonNullable<ModuleMetadata['imports']>): Promise<TestingModule> {
  return Test.createTestingModule({ imports }).compile();
}

function namesIn(app: TestingModule): string[] {
  return ['billing', 'ledger'].map((name) => {
    const client: unknown = app.get(getOutboundClientToken(name), { strict: false });
    return client instanceof OutboundClient ? client.name : '';
  });
}

describe('forRoot', () => {
  it('makes OutboundAuth injectable by token and by type, and each client by name, in every module', async () => {
    const app = await compile(OutboundAuthModule.forRoot(exampleOptions), InvoiceModule);
    const service = app.get(InvoiceService);
    expect(service.byToken).toBeInstanceOf(OutboundAuth);
    expect(service.byType).toBe(service.byToken);
    expect(service.client).toBe(service.byToken.client('billing'));
    expect(namesIn(app)).toEqual(['billing', 'ledger']);
  });

  it('with isGlobal: false is seen only where it is imported', async () => {
    const root = OutboundAuthModule.forRoot({ ...exampleOptions, isGlobal: false });
    await expect(compile(root, InvoiceModule)).rejects.toThrow(/resolve dependencies of the InvoiceService/);

    @Module({ imports: [root], providers: [InvoiceService] })
    class ImportingModule {}
    const app = await compile(ImportingModule);
    expect(app.get(InvoiceService).client.name).toBe('billing');
  });

  it('with isGlobal: false is handed on by a module that exports it', async () => {
    @Module({
      imports: [OutboundAuthModule.forRoot({ ...exampleOptions, isGlobal: false })],
      exports: [OutboundAuthModule],
    })
    class UpstreamModule {}
    @Module({ imports: [UpstreamModule], providers: [InvoiceService] })
    class ImportingModule {}
    const app = await compile(ImportingModule);
    expect(app.get(InvoiceService).client.name).toBe('billing');
  });

  it('takes a ready OutboundAuth, and the names of its clients', async () => {
    const auth = createOutboundAuth(exampleOptions);
    const app = await compile(OutboundAuthModule.forRoot(auth, { clients: ['billing'] }), InvoiceModule);
    const service = app.get(InvoiceService);
    expect(service.byToken).toBe(auth);
    expect(service.client).toBe(auth.client('billing'));
  });

  it('takes a ready OutboundAuth for one module alone', async () => {
    const root = OutboundAuthModule.forRoot(createOutboundAuth(exampleOptions), {
      clients: ['billing'],
      isGlobal: false,
    });
    await expect(compile(root, InvoiceModule)).rejects.toThrow(/resolve dependencies of the InvoiceService/);
  });

  it('E36 stands twice in one application, with clients of its own each time', async () => {
    @Injectable()
    class LedgerService {
      readonly auth: OutboundAuth;
      readonly client: OutboundClient;

      constructor(auth: OutboundAuth, @InjectOutboundClient('ledger') client: OutboundClient) {
        this.auth = auth;
        this.client = client;
      }
    }
    const ofBilling = OutboundAuthModule.forRoot({ clients: { billing }, isGlobal: false });
    const ofLedger = OutboundAuthModule.forRoot({ clients: { ledger }, isGlobal: false });
    @Module({ imports: [ofBilling], providers: [InvoiceService] })
    class BillingModule {}
    @Module({ imports: [ofLedger], providers: [LedgerService] })
    class LedgerModule {}
    const app = await compile(BillingModule, LedgerModule);
    const [invoices, accounts] = [app.get(InvoiceService), app.get(LedgerService)];
    expect([invoices.client.name, accounts.client.name]).toEqual(['billing', 'ledger']);
    expect(invoices.byType.client('billing')).toBe(invoices.client);
    expect(accounts.auth.client('ledger')).toBe(accounts.client);
    expect(() => accounts.auth.client('billing')).toThrow(/there is no client 'billing'/);
  });

  it('E36 stands twice where Nest tells modules apart by their contents', async () => {
    const modules = [1, 2].map(() => {
      const root = OutboundAuthModule.forRoot(createOutboundAuth(exampleOptions), { isGlobal: false });
      @Module({ imports: [root] })
      class WrappingModule {}
      return WrappingModule;
    });
    @Module({ imports: modules })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(
      AppModule,
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class that nobody instantiates
      { logger: false, moduleIdGeneratorAlgorithm: 'deep-hash' },
    );
    const found = app.get<unknown, OutboundAuth>(OutboundAuth, { strict: false, each: true });
    expect(new Set(found).size).toBe(2);
  });
});

describe('forFeature', () => {
  const root = OutboundAuthModule.forRootAsync({ useFactory: () => exampleOptions });

  it('makes clients injectable in the module that imports it', async () => {
    @Module({ imports: [OutboundAuthModule.forFeature(['billing'])], providers: [InvoiceService] })
    class FeatureModule {}
    const app = await compile(root, FeatureModule);
    const service = app.get(InvoiceService);
    expect(service.client).toBe(service.byToken.client('billing'));
  });

  it('makes them injectable nowhere else', async () => {
    const feature = OutboundAuthModule.forFeature(['billing']);
    await expect(compile(root, feature, InvoiceModule)).rejects.toThrow(/OutboundClient 'billing'/);
  });

  it('E36 is loaded lazily', async () => {
    @Module({ imports: [OutboundAuthModule.forFeature(['billing'])], providers: [InvoiceService] })
    class LazyModule {}
    const app = await compile(root);
    const loaded = await app.get(LazyModuleLoader).load(() => LazyModule);
    const service = loaded.get(InvoiceService);
    expect(service.byToken).toBe(app.get(getOutboundAuthToken()));
    expect(service.client).toBe(service.byToken.client('billing'));
  });
});

describe('a root', () => {
  it('E36 that is loaded lazily takes a ready OutboundAuth, for Nest would not have it closed', async () => {
    const auth = createOutboundAuth(exampleOptions);
    const app = await (await createApplication({})).init();
    const root = OutboundAuthModule.forRoot(auth, { name: 'partners', clients: ['billing'] });
    const loaded = await app.get(LazyModuleLoader).load(() => root);
    expect(loaded.get(getOutboundAuthToken('partners'))).toBe(auth);
    expect(loaded.get(getOutboundClientToken('billing', 'partners'))).toBe(auth.client('billing'));
    await app.close();
    expect(await stateOf(auth)).toBe('open');
  });
});

describe('request scope', () => {
  it('E36 shares one OutboundAuth among the services of all requests', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class ScopedService {
      readonly client: OutboundClient;

      constructor(@Inject(getOutboundClientToken('billing')) client: OutboundClient) {
        this.client = client;
      }
    }
    const app = await Test.createTestingModule({
      imports: [OutboundAuthModule.forRoot(exampleOptions)],
      providers: [ScopedService],
    }).compile();
    const [first, second] = await Promise.all(
      [ContextIdFactory.create(), ContextIdFactory.create()].map((id) => app.resolve(ScopedService, id)),
    );
    expect(second).not.toBe(first);
    expect(second?.client).toBe(first?.client);
  });
});

import { Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { REQUEST } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { createOutboundAuth, OutboundAuth, type OutboundAuthOptions } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import {
  defineOutboundAuth,
  getOutboundClientToken,
  InjectOutboundAuth,
  OutboundAuthModule,
  type OutboundAuthModuleAsyncOptions,
  type OutboundAuthOptionsFactory,
} from '../src/index.ts';
import { billing, exampleOptions } from './example-options.ts';

const config = ConfigModule.forRoot({
  ignoreEnvFile: true,
  ignoreEnvVars: true,
  load: [() => ({ PREFIX: 'https://from-config.example' })],
});
const optionsFrom = (service: ConfigService): OutboundAuthOptions =>
  defineOutboundAuth({ clients: { billing: { ...billing, attachTo: [service.getOrThrow<string>('PREFIX')] } } });

@Injectable()
class OptionsMaker implements OutboundAuthOptionsFactory {
  readonly #config: ConfigService;

  constructor(config: ConfigService) {
    this.#config = config;
  }

  createOutboundAuthOptions(): OutboundAuthOptions {
    return optionsFrom(this.#config);
  }
}

@Module({ imports: [config], providers: [OptionsMaker], exports: [OptionsMaker] })
class OptionsModule {}

const forms: Record<string, OutboundAuthModuleAsyncOptions> = {
  'a factory': { imports: [config], inject: [ConfigService], useFactory: optionsFrom },
  'an async factory': {
    imports: [config],
    inject: [ConfigService],
    useFactory: async (service: ConfigService) => {
      await Promise.resolve();
      return optionsFrom(service);
    },
  },
  'a class': { imports: [config], useClass: OptionsMaker },
  'an existing provider': { imports: [OptionsModule], useExisting: OptionsMaker },
  'a factory of a ready OutboundAuth': {
    imports: [config],
    inject: [ConfigService],
    useFactory: (service: ConfigService) => createOutboundAuth(optionsFrom(service)),
  },
};

@Injectable()
class InvoiceService {
  readonly auth: OutboundAuth;

  constructor(auth: OutboundAuth) {
    this.auth = auth;
  }
}

@Injectable()
class PartnerService {
  readonly auth: OutboundAuth;

  constructor(@InjectOutboundAuth('partners') auth: OutboundAuth) {
    this.auth = auth;
  }
}

@Module({ providers: [InvoiceService] })
class InvoiceModule {}

@Module({ providers: [PartnerService] })
class PartnerModule {}

function compile(
  options: OutboundAuthModuleAsyncOptions<string>,
  ...modules: NonNullable<ModuleMetadata['imports']>
): Promise<TestingModule> {
  return Test.createTestingModule({ imports: [OutboundAuthModule.forRootAsync(options), ...modules] }).compile();
}

const instances = [
  { title: 'the instance without a name', extras: {}, service: InvoiceService, module: InvoiceModule },
  { title: 'a named instance', extras: { name: 'partners' }, service: PartnerService, module: PartnerModule },
];

describe.each(Object.entries(forms))('forRootAsync with %s', (_form, options) => {
  it.each(instances)('makes $title and its named clients injectable in every module', async (instance) => {
    const { extras, service, module } = instance;
    const app = await compile({ ...options, ...extras, clients: ['billing'] }, module);
    const { auth } = app.get(service);
    expect(auth.client('billing').covers('https://from-config.example/invoices')).toBe(true);
    expect(app.get(getOutboundClientToken('billing', extras.name))).toBe(auth.client('billing'));
  });

  it.each(instances)('with isGlobal: false shows $title only where it is imported', async (instance) => {
    const { extras, service, module } = instance;
    const local = { ...options, ...extras, isGlobal: false };
    await expect(compile(local, module)).rejects.toThrow(`resolve dependencies of the ${service.name}`);
    @Module({ imports: [OutboundAuthModule.forRootAsync(local)], providers: [service] })
    class ImportingModule {}
    const app = await Test.createTestingModule({ imports: [ImportingModule] }).compile();
    expect(app.get(service).auth).toBeInstanceOf(OutboundAuth);
  });

  it.each(instances)('fails at boot when $title has no client of a given name', async ({ extras }) => {
    await expect(compile({ ...options, ...extras, clients: ['biling'] })).rejects.toThrow(
      "there is no client 'biling'; did you mean 'billing'?",
    );
  });
});

describe('forRootAsync', () => {
  it('takes a factory that needs nothing', async () => {
    const app = await compile({ useFactory: () => exampleOptions }, InvoiceModule);
    expect(app.get(InvoiceService).auth).toBeInstanceOf(OutboundAuth);
  });

  it('takes a factory that injects something transient, as loggers are', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Logger {}
    @Module({ providers: [Logger], exports: [Logger] })
    class LoggerModule {}
    const app = await compile({ imports: [LoggerModule], inject: [Logger], useFactory: () => exampleOptions });
    await expect(app.init()).resolves.toBe(app);
  });

  it('fails at boot when the factory fails, with its error', async () => {
    const useFactory = (): never => {
      throw new Error('the vault is closed');
    };
    await expect(compile({ useFactory })).rejects.toThrow('the vault is closed');
  });

  it('E36 fails at boot when it injects something request-scoped', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Tenant {}
    @Module({ providers: [Tenant], exports: [Tenant] })
    class TenantModule {}
    for (const options of [{ inject: [REQUEST] }, { imports: [TenantModule], inject: [Tenant] }]) {
      const app = await compile({ ...options, useFactory: () => exampleOptions });
      await expect(app.init()).rejects.toThrow(/forRootAsync injects something request-scoped/);
    }
  });
});

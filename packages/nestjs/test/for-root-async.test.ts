import { Injectable, Module, Scope } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { REQUEST } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { createOutboundAuth, OutboundAuth, type OutboundAuthOptions } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import {
  defineOutboundAuth,
  getOutboundClientToken,
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

@Module({ providers: [InvoiceService] })
class InvoiceModule {}

function compile(options: OutboundAuthModuleAsyncOptions): Promise<TestingModule> {
  return Test.createTestingModule({ imports: [OutboundAuthModule.forRootAsync(options), InvoiceModule] }).compile();
}

describe.each(Object.entries(forms))('forRootAsync with %s', (_form, options) => {
  it('makes OutboundAuth and the named clients injectable in every module', async () => {
    const app = await compile({ ...options, clients: ['billing'] });
    const { auth } = app.get(InvoiceService);
    expect(auth.client('billing').covers('https://from-config.example/invoices')).toBe(true);
    expect(app.get(getOutboundClientToken('billing'))).toBe(auth.client('billing'));
  });

  it('with isGlobal: false is seen only where it is imported', async () => {
    await expect(compile({ ...options, isGlobal: false })).rejects.toThrow(
      /resolve dependencies of the InvoiceService/,
    );
  });

  it('fails at boot when a named client is not among its clients', async () => {
    await expect(compile({ ...options, clients: ['biling'] })).rejects.toThrow(
      "there is no client 'biling'; did you mean 'billing'?",
    );
  });
});

describe('forRootAsync', () => {
  it('takes a factory that needs nothing', async () => {
    const app = await compile({ useFactory: () => exampleOptions });
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

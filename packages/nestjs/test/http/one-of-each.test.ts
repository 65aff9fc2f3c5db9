import type { HttpService } from '@nestjs/axios';
import { type DynamicModule, Injectable, Module, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import { InjectOutboundHttp, OutboundHttpModule } from '../../src/http/index.ts';
import { OutboundAuthModule } from '../../src/index.ts';
import { exampleOptions } from '../example-options.ts';

const root = OutboundAuthModule.forRoot(exampleOptions);
const invoices = OutboundHttpModule.register({ client: 'billing', baseURL: 'https://api.billing.example/v2/invoices' });
const credits = OutboundHttpModule.register({ client: 'billing', baseURL: 'https://api.billing.example/v2/credits' });

@Injectable()
class Billing {
  readonly #http: HttpService;

  constructor(@InjectOutboundHttp('billing') http: HttpService) {
    this.#http = http;
  }

  get url(): string | undefined {
    return this.#http.axiosRef.defaults.baseURL;
  }
}

@Injectable()
class InvoiceService extends Billing {}

@Module({ imports: [invoices], providers: [InvoiceService] })
class InvoiceModule {}

@Injectable()
class CreditService extends Billing {}

@Module({ imports: [credits], providers: [CreditService] })
class CreditModule {}

function compile(...imports: readonly (DynamicModule | Type)[]): Promise<TestingModule> {
  @Module({ imports: [...imports] })
  class ShopModule {}
  return Test.createTestingModule({ imports: [root, ShopModule] }).compile();
}

describe('an application does not start with two OutboundHttpModules of which a class would get the first', () => {
  it('of one client in one module', async () => {
    await expect(compile(invoices, credits)).rejects.toThrow(
      /^ShopModule imports 2 OutboundHttpModules that export the HttpService of 'billing',.*Import each into a module of its own/,
    );
  });

  it('by asHttpService in one module', async () => {
    const plain = [undefined, 'billing'].map((client) =>
      OutboundHttpModule.register({ ...(client && { client }), asHttpService: true }),
    );
    await expect(compile(...plain)).rejects.toThrow(/^ShopModule imports 2 .* that export the plain HttpService,/);
  });

  it('of one client, both global', async () => {
    const global = [1, 2].map(() => OutboundHttpModule.register({ client: 'billing', isGlobal: true }));
    await expect(compile(...global)).rejects.toThrow(/^The application has 2 global OutboundHttpModules that export /);
  });
});

it('OutboundHttpModules of one client have a module each, or are one', async () => {
  const app = await compile(InvoiceModule, CreditModule);
  const urls = [app.get(InvoiceService, { strict: false }).url, app.get(CreditService, { strict: false }).url];
  expect(urls).toEqual(['https://api.billing.example/v2/invoices', 'https://api.billing.example/v2/credits']);
  await expect(compile(invoices, InvoiceModule, invoices)).resolves.toBeDefined();
});

it('an OutboundHttpModule goes before a global one of its client', async () => {
  const app = await compile(OutboundHttpModule.register({ client: 'billing', isGlobal: true }), CreditModule);
  expect(app.get(CreditService, { strict: false }).url).toBe('https://api.billing.example/v2/credits');
});

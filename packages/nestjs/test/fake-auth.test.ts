import { HttpService } from '@nestjs/axios';
import { Module, type ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { OutboundAuth, type OutboundClient } from '@outbound-auth/core';
import { fakeOutboundAuth, type FakeOutboundAuth, startProtectedApi } from '@outbound-auth/testing';
import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import { OutboundHttpModule } from '../src/http/index.ts';
import {
  getOutboundAuthToken,
  getOutboundClientToken,
  getOutboundHttpToken,
  OutboundAuthModule,
} from '../src/index.ts';
import { exampleOptions } from './example-options.ts';

const invoices = 'https://api.billing.example/v2/invoices';

async function applicationOf(
  imports: NonNullable<ModuleMetadata['imports']>,
  fake?: FakeOutboundAuth,
): Promise<TestingModule> {
  @Module({ imports })
  class AppModule {}
  const builder = Test.createTestingModule({ imports: [AppModule] });
  const app = await (fake ? builder.overrideProvider(getOutboundAuthToken()).useValue(fake) : builder).compile();
  return app.init();
}

it('takes a fake OutboundAuth in place of options', async () => {
  const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => Response.json([]) });
  const app = await applicationOf([OutboundAuthModule.forRoot(fake, { clients: ['billing'] })]);
  expect(app.get(OutboundAuth)).toBe(fake);
  await app.get<OutboundClient>(getOutboundClientToken('billing')).fetch(invoices);
  const headers = { authorization: 'Bearer a-token' };
  expect(fake.calls).toEqual([{ client: 'billing', method: 'GET', url: invoices, headers, status: 200 }]);
  await app.close();
});

it('overrides an application’s OutboundAuth by a fake, wherever it is injected', async () => {
  const api = await startProtectedApi({ verify: (token) => token === 'a-token' });
  const http = OutboundHttpModule.register({ client: 'billing', baseURL: api.origin, asHttpService: true });
  const fake = fakeOutboundAuth<string>({ billing: 'a-token', ledger: 'b' }, { network: 'pass' });
  const app = await applicationOf([OutboundAuthModule.forRoot(exampleOptions), http], fake);
  expect(app.get(OutboundAuth)).toBe(fake);
  expect(app.get(getOutboundClientToken('billing'))).toBe(fake.client('billing'));
  for (const token of [getOutboundHttpToken('billing'), HttpService]) {
    const calling = app.get<HttpService>(token, { strict: false });
    expect((await firstValueFrom(calling.get('/v2/invoices'))).status).toBe(200);
  }
  expect(fake.calls.map(({ client }) => client)).toEqual(['billing', 'billing']);
  expect(api.requests).toMatchObject([{ path: '/v2/invoices' }, { path: '/v2/invoices' }]);
  fake.fail('billing');
  const held = app.get<OutboundClient>(getOutboundClientToken('billing'));
  await expect(held.fetch(invoices)).rejects.toMatchObject({ code: 'token_endpoint_unreachable' });
  await app.close();
  await api.close();
});

// A fake OutboundAuth in the place of a real one: Nest.
import { HttpService } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { OutboundAuth } from '@outbound-auth/core';
import {
  getOutboundAuthToken,
  getOutboundClientToken,
  getOutboundHttpToken,
  OutboundAuthModule,
} from '@outbound-auth/nestjs';
import { OutboundHttpModule } from '@outbound-auth/nestjs/axios';
import { fakeOutboundAuth, startProtectedApi } from '@outbound-auth/testing';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const invoices = 'https://api.billing.example/v2/invoices';
let api;

beforeAll(async () => {
  api = await startProtectedApi({ verify: (token) => token === 'a-token' });
});
afterAll(() => api.close());
beforeEach(() => (api.requests.length = 0));

describe('Nest', () => {
  it('takes a fake in place of options', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => Response.json([]) });
    await inNest(moduleOf([OutboundAuthModule.forRoot(fake, { clients: ['billing'] })]), undefined, async (app) => {
      expect(app.get(OutboundAuth)).toBe(fake);
      await app.get(getOutboundClientToken('billing')).fetch(invoices);
      expect(fake.calls).toMatchObject([
        { client: 'billing', url: invoices, headers: { authorization: 'Bearer a-token' } },
      ]);
    });
  });

  it('overrides the one of an application by a fake, at every place that injects it', async () => {
    const billing = {
      issuer: 'https://idp.invalid',
      clientId: 'x',
      clientSecret: 'y',
      attachTo: ['https://api.billing.example'],
    };
    const http = OutboundHttpModule.register({ client: 'billing', baseURL: api.origin, asHttpService: true });
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass' });
    await inNest(moduleOf([OutboundAuthModule.forRoot({ clients: { billing } }), http]), fake, async (app) => {
      expect(app.get(OutboundAuth)).toBe(fake);
      for (const token of [getOutboundHttpToken('billing'), HttpService]) {
        const response = await firstValueFrom(app.get(token, { strict: false }).get('/v2/invoices'));
        expect(response.status).toBe(200);
      }
      const held = app.get(getOutboundClientToken('billing'));
      fake.fail('billing');
      await expect(held.fetch(invoices)).rejects.toMatchObject({ code: 'token_endpoint_unreachable' });
    });
    expect(api.requests).toMatchObject([{ path: '/v2/invoices' }, { path: '/v2/invoices' }]);
  });
});

function moduleOf(imports) {
  class AppModule {}
  Module({ imports })(AppModule);
  return AppModule;
}

async function inNest(module, fake, work) {
  let builder = Test.createTestingModule({ imports: [module] });
  if (fake !== undefined) builder = builder.overrideProvider(getOutboundAuthToken()).useValue(fake);
  const app = await builder.compile();
  await app.init();
  await work(app);
  await app.close();
}

import { Injectable } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { createOutboundAuth, OutboundAuth, OutboundClient } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import {
  getOutboundAuthToken,
  getOutboundClientToken,
  InjectOutboundClient,
  OutboundAuthModule,
} from '../src/index.ts';
import { exampleOptions, stateOf } from './example-options.ts';

@Injectable()
class InvoiceService {
  readonly auth: OutboundAuth;
  readonly client: OutboundClient;

  constructor(auth: OutboundAuth, @InjectOutboundClient('billing') client: OutboundClient) {
    this.auth = auth;
    this.client = client;
  }
}

function application(): TestingModuleBuilder {
  return Test.createTestingModule({
    imports: [OutboundAuthModule.forRoot(exampleOptions)],
    providers: [InvoiceService],
  });
}

describe('a user’s test overrides', () => {
  it('OutboundAuth by its token, and with it the type and all clients', async () => {
    const other = createOutboundAuth(exampleOptions);
    const app = await application().overrideProvider(getOutboundAuthToken()).useValue(other).compile();
    const service = app.get(InvoiceService);
    expect(service.auth).toBe(other);
    expect(service.client).toBe(other.client('billing'));
  });

  it('one client by its token', async () => {
    const stub = { fetch: () => Promise.resolve(new Response('stub')) };
    const app = await application().overrideProvider(getOutboundClientToken('billing')).useValue(stub).compile();
    expect(app.get(InvoiceService).client).toBe(stub);
  });

  it('without the options being looked at: they may lack what a test has no need of', async () => {
    const other = createOutboundAuth(exampleOptions);
    const app = await Test.createTestingModule({
      imports: [OutboundAuthModule.forRootAsync({ useFactory: () => ({ clients: {}, unmached: 'refuse' }) })],
    })
      .overrideProvider(getOutboundAuthToken())
      .useValue(other)
      .compile();
    await app.init();
    await app.close();
    expect(await stateOf(app.get(OutboundAuth))).toBe('open');
  });
});

import { Injectable } from '@nestjs/common';
import { createOutboundAuth, OptionsError, OutboundClient } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { InjectOutboundClient, OutboundAuthModule } from '../src/index.ts';
import { createApplication } from './application.ts';
import { exampleOptions } from './example-options.ts';

@Injectable()
class InvoiceService {
  readonly client: OutboundClient;

  constructor(@InjectOutboundClient('biling') client: OutboundClient) {
    this.client = client;
  }
}

describe('an application does not start', () => {
  const root = OutboundAuthModule.forRoot(exampleOptions);
  const unknownClient = { code: 'unknown_client', message: "there is no client 'biling'; did you mean 'billing'?" };

  it('with an unknown client in forFeature', async () => {
    const feature = OutboundAuthModule.forFeature(['ledger', 'biling']);
    await expect(createApplication({ imports: [root, feature] })).rejects.toMatchObject(unknownClient);
  });

  it('with an unknown client beside a ready OutboundAuth', async () => {
    const auth = createOutboundAuth<string>(exampleOptions);
    const imports = [OutboundAuthModule.forRoot(auth, { clients: ['biling'] })];
    await expect(createApplication({ imports })).rejects.toMatchObject(unknownClient);
  });

  it('with an unknown client in @InjectOutboundClient: the error tells where clients come from', async () => {
    await expect(createApplication({ imports: [root], providers: [InvoiceService] })).rejects.toThrow(
      /dependencies of the InvoiceService .*OutboundClient 'biling', from forRoot, forRootAsync\(\{ clients \}\) or forFeature/s,
    );
  });

  it('without a root: the error tells what is missing', async () => {
    const imports = [OutboundAuthModule.forFeature(['billing'])];
    await expect(createApplication({ imports })).rejects.toThrow(
      /OutboundAuth, from OutboundAuthModule\.forRoot or forRootAsync/,
    );
  });

  it('with wrong options: the error lists them, however many clients wait for them', async () => {
    const options = { clients: { billing: { ...exampleOptions.clients.billing, clientId: '' } }, unmached: 'refuse' };
    const imports = [OutboundAuthModule.forRoot(options), OutboundAuthModule.forFeature(['billing'])];
    const boot = createApplication({ imports });
    await expect(boot).rejects.toBeInstanceOf(OptionsError);
    await expect(boot).rejects.toMatchObject({
      problems: [{ path: 'clients.billing.clientId' }, { path: 'unmached' }],
    });
  });
});

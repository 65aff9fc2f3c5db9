import type { OutboundAuth } from '@outbound-auth/core';
import { expectTypeOf } from 'vitest';
import {
  getOutboundAuthToken,
  getOutboundClientToken,
  getOutboundHttpToken,
  InjectOutboundClient,
  OutboundAuthModule,
  UseOutboundClient,
} from '../../src/index.ts';
import { InjectOutboundHttp, OutboundHttpModule } from '../../src/http/index.ts';
import { exampleOptions } from '../example-options.ts';

// A project of its own (tsconfig.registered.json): in the others, names are any text.
declare module '@outbound-auth/core' {
  interface Register {
    auth: OutboundAuth<'billing' | 'ledger'>;
  }
}

InjectOutboundClient('billing');
// @ts-expect-error -- unknown client
InjectOutboundClient('biling');

getOutboundClientToken('ledger');
// @ts-expect-error -- unknown client
getOutboundClientToken('leger');
getOutboundHttpToken('ledger');
// @ts-expect-error -- unknown client
getOutboundHttpToken('leger');

OutboundAuthModule.forFeature(['billing', 'ledger']);
// @ts-expect-error -- unknown client
OutboundAuthModule.forFeature(['biling']);

OutboundAuthModule.forRootAsync({ clients: ['billing'], useFactory: () => exampleOptions });
// @ts-expect-error -- unknown client
OutboundAuthModule.forRootAsync({ clients: ['biling'], useFactory: () => exampleOptions });

expectTypeOf(getOutboundAuthToken()).toEqualTypeOf<symbol>();

InjectOutboundHttp('billing');
// @ts-expect-error -- unknown client
InjectOutboundHttp('biling');
OutboundHttpModule.register({ client: 'billing' });
// @ts-expect-error -- unknown client
OutboundHttpModule.register({ client: 'biling' });
// @ts-expect-error -- unknown client
OutboundHttpModule.registerAsync({ client: 'biling', useFactory: () => ({}) });

UseOutboundClient('billing');
// @ts-expect-error -- unknown client
UseOutboundClient('biling');

// Those of a named instance are its own.
InjectOutboundClient('invoices', 'partners');
InjectOutboundHttp('invoices', 'partners');
UseOutboundClient('invoices', 'partners');
getOutboundClientToken('invoices', 'partners');
getOutboundHttpToken('invoices', 'partners');
OutboundAuthModule.forFeature(['invoices'], 'partners');
OutboundAuthModule.forRootAsync({ name: 'partners', clients: ['invoices'], useFactory: () => exampleOptions });
OutboundHttpModule.register({ auth: 'partners', client: 'invoices' });

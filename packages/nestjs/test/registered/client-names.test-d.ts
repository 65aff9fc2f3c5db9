import type { OutboundAuth } from '@outbound-auth/core';
import { expectTypeOf } from 'vitest';
import {
  getOutboundAuthToken,
  getOutboundClientToken,
  getOutboundHttpToken,
  InjectOutboundClient,
  OutboundAuthModule,
} from '../../src/index.ts';
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

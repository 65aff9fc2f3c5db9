import { createOutboundAuth, type OutboundAuth, type OutboundAuthOptions } from '@outbound-auth/core';
import { expectTypeOf } from 'vitest';
import { defineOutboundAuth, OutboundAuthModule, type OutboundAuthOptionsFactory } from '../src/index.ts';
import { billing } from './example-options.ts';

expectTypeOf(defineOutboundAuth({ clients: { billing } })).toEqualTypeOf<OutboundAuthOptions<'billing'>>();

OutboundAuthModule.forRoot({ clients: { billing }, isGlobal: false });
OutboundAuthModule.forRootAsync({
  clients: ['billing'],
  useFactory: () => defineOutboundAuth({ clients: { billing } }),
});
OutboundAuthModule.forRootAsync({ useFactory: async () => createOutboundAuth({ clients: { billing } }) });

// @ts-expect-error -- misspelt option of the root
OutboundAuthModule.forRoot({ clients: { billing }, unmached: 'refuse' });
// @ts-expect-error -- misspelt option of a client
OutboundAuthModule.forRoot({ clients: { billing: { ...billing, scopes: 'invoices:read' } } });
// @ts-expect-error -- misspelt option of the module
OutboundAuthModule.forRootAsync({ client: ['billing'], useFactory: () => ({ clients: { billing } }) });
// @ts-expect-error -- misspelt option in a factory
OutboundAuthModule.forRootAsync({ useFactory: () => defineOutboundAuth({ clients: { billing }, unmached: 'refuse' }) });
// @ts-expect-error -- misspelt option of a client in a factory
defineOutboundAuth({ clients: { billing: { ...billing, scopes: 'invoices:read' } } });

declare const auth: OutboundAuth<'billing' | 'ledger'>;
OutboundAuthModule.forRoot(auth, { clients: ['billing'] });
// @ts-expect-error -- a name that this OutboundAuth doesn't have
OutboundAuthModule.forRoot(auth, { clients: ['biling'] });

class Maker implements OutboundAuthOptionsFactory {
  createOutboundAuthOptions(): OutboundAuthOptions {
    return { clients: { billing } };
  }
}
OutboundAuthModule.forRootAsync({ useClass: Maker });
OutboundAuthModule.forRootAsync({ useExisting: Maker });
// @ts-expect-error -- a class that makes something else
OutboundAuthModule.forRootAsync({ useClass: Date });

OutboundAuthModule.forRoot({
  clients: { billing },
  name: 'partners',
  resolve: (context) => context.switchToHttp().getRequest<{ tenant?: string }>().tenant,
  subjectToken: async (context) => context.switchToRpc().getData<{ token: string }>().token,
});
OutboundAuthModule.forRoot(auth, { name: 'partners', resolve: () => ({ client: 'billing' }) });
OutboundAuthModule.forRootAsync({
  name: 'partners',
  resolve: () => Promise.resolve({ tenant: 'tenant-7' }),
  useFactory: () => ({ clients: { billing } }),
});
// @ts-expect-error -- neither a tenant's name nor a choice
OutboundAuthModule.forRoot({ clients: { billing }, resolve: () => 7 });
// @ts-expect-error -- not a token
OutboundAuthModule.forRoot(auth, { subjectToken: () => 7 });

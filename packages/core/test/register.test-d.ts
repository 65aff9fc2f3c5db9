import {
  type CallOptions,
  type ClientName,
  createOutboundAuth,
  type Outbound,
  type OutboundAuth,
} from '../src/index.ts';

// A program of its own (tsconfig.register.json): what an application registers holds for the whole of it.
const client = { tokenEndpoint: 'https://idp.example/token', clientId: 'a', clientSecret: 'b' };
const registered = createOutboundAuth({
  clients: { billing: { ...client, attachTo: ['https://a.example'] }, ledger: { ...client, attachTo: [] } },
});

declare module '../src/index.ts' {
  interface Register {
    auth: typeof registered;
  }
}

export const names: ClientName[] = ['billing', 'ledger'];
// @ts-expect-error -- no such client
export const wrong: ClientName = 'biling';

// Elsewhere in the application nobody has to say the names again.
export function report(auth: OutboundAuth, outbound: Outbound): void {
  auth.client('billing');
  outbound.client('ledger');
  void outbound.fetch('https://a.example', { outboundAuth: { client: 'billing' } });
  // @ts-expect-error -- no such client
  auth.client('biling');
  // @ts-expect-error -- no such client
  outbound.client('biling');
  // @ts-expect-error -- no such client
  void auth.fetch('https://a.example', { outboundAuth: { client: 'biling' } });
}

report(registered, registered);
// What says its names itself is not held to the registered ones.
export const own = (auth: OutboundAuth<'mine'>) => auth.client('mine');
export const any: CallOptions = { client: 'anything' };

import type { ClientOptions, OutboundAuth, OutboundAuthOptions } from '@outbound-auth/core';
import { randomUUID } from 'node:crypto';

const example = {
  tokenEndpoint: 'https://idp.example.com/token',
  clientId: 'orders-service',
  clientSecret: 'a secret',
} as const;

export const billing: ClientOptions = { ...example, attachTo: ['https://api.billing.example/v2'] };
export const ledger: ClientOptions = { ...example, attachTo: ['https://ledger.example'] };

/** Options of two clients whose token endpoint answers without a network. */
export const exampleOptions = {
  clients: { billing, ledger },
  fetch: () => Promise.resolve(Response.json({ access_token: 'a-token', token_type: 'Bearer', expires_in: 60 })),
} satisfies OutboundAuthOptions;

/** Whether tokens are still requested: `open`, or the code of the error. Each time another one: old ones stay in use. */
export async function stateOf(auth: OutboundAuth<string>): Promise<unknown> {
  return auth
    .client('billing')
    .getAccessToken({ scope: randomUUID() })
    .then(
      () => 'open',
      (error: unknown) => (error instanceof Object && 'code' in error ? error.code : error),
    );
}

import { createOutboundAuth, none, type OutboundAuth } from '@outbound-auth/core';
import { vi } from 'vitest';
import type { staticToken } from '../src/index.ts';

export const origin = 'https://api.billing.example';
export const registration = {
  issuer: 'https://idp.invalid',
  clientId: 'orders-service',
  clientAuthentication: none(),
  attachTo: [origin],
};

/** An auth whose calls are answered by 200, and the `Authorization` headers that they came with. */
export function authWith(
  grant: ReturnType<typeof staticToken>,
  statuses: readonly number[] = [],
): { readonly auth: OutboundAuth<'billing'>; readonly sent: readonly (string | null)[] } {
  const sent: (string | null)[] = [];
  const fetch = vi.fn<typeof globalThis.fetch>(async (_input, init) => {
    sent.push(new Headers(init?.headers).get('authorization'));
    return new Response(null, { status: statuses[sent.length - 1] ?? 200 });
  });
  const auth = createOutboundAuth({ clients: { billing: { ...registration, grant } }, fetch });
  return { auth, sent };
}

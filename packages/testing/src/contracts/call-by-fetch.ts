import type { CallOptions } from '@outbound-auth/core';
import type { ContractCall, ContractResult } from './adapter-harness.ts';

/** Sends as `auth.fetch` does. */
export type FetchLike = (url: string, init: RequestInit & { outboundAuth: CallOptions | false }) => Promise<Response>;

/**
 * Makes a call of the contract by `fetch`, for the harness of an adapter that gives its users one.
 *
 * @example
 * ```ts
 * import type { OutboundAuth } from '@outbound-auth/core';
 * import { type AdapterHarness, callByFetch } from '@outbound-auth/testing';
 *
 * export const harness: AdapterHarness = {
 *   name: 'auth.fetch',
 *   start: async (auth: OutboundAuth) => ({
 *     call: (call) => callByFetch(call, (url, init) => auth.fetch(url, init)),
 *     close: async () => undefined,
 *   }),
 * };
 * ```
 */
export async function callByFetch(call: ContractCall, fetch: FetchLike): Promise<ContractResult> {
  const { url, method = 'GET', headers = {}, body, client, scope, token } = call;
  const response = await fetch(url, {
    method,
    headers,
    ...(typeof body === 'string' && { body }),
    ...(typeof body === 'object' && { body: new Blob([body.stream]).stream(), duplex: 'half' }),
    outboundAuth: token ?? { ...(client !== undefined && { client }), ...(scope !== undefined && { scope }) },
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

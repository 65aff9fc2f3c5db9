import type { CallOptions, OutboundAuth } from '@outbound-auth/core';
import { type AdapterHarness, callByFetch } from '../../src/index.ts';

/** Sends one call; `options` are those of `outboundAuth`. */
export type Send = (
  auth: OutboundAuth,
  url: string,
  init: RequestInit,
  options: CallOptions | false,
) => Promise<Response>;

/** A harness for whatever sends like `fetch`. */
export function fetchHarness(name: string, send: Send): AdapterHarness {
  return {
    name,
    byFetch: true,
    start: async (auth) => ({
      call: (call) => callByFetch(call, (url, { outboundAuth, ...init }) => send(auth, url, init, outboundAuth)),
      close: async () => undefined,
    }),
  };
}

import type { OutboundAuth } from '@outbound-auth/core';
import type { AdapterHarness, OutgoingCall, OutgoingResult } from '../../src/index.ts';

/** Sends one call; `options` are those of `outboundAuth`. */
export type Send = (
  auth: OutboundAuth,
  url: string,
  init: RequestInit,
  options: CallOptions | false,
) => Promise<Response>;

interface CallOptions {
  readonly client?: string;
  readonly scope?: string;
}

/** A harness for whatever sends like `fetch`. */
export function fetchHarness(name: string, send: Send): AdapterHarness {
  return {
    name,
    start: async (auth) => ({
      call: (call) => make(call, auth, send),
      close: async () => undefined,
    }),
  };
}

async function make(call: OutgoingCall, auth: OutboundAuth, send: Send): Promise<OutgoingResult> {
  const { url, method = 'GET', headers = {}, body, client, scope, token } = call;
  const init: RequestInit = {
    method,
    headers,
    ...(typeof body === 'string' && { body }),
    ...(typeof body === 'object' && { body: new Blob([body.stream]).stream(), duplex: 'half' }),
  };
  const options = { ...(client !== undefined && { client }), ...(scope !== undefined && { scope }) };
  const response = await send(auth, url, init, token ?? options);
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

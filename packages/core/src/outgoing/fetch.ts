import type { CallOptions, Hop, OutgoingCall } from './outgoing-call.ts';
import type { Transport } from '../transport/transport.ts';
import { isReplayable } from './replayable-body.ts';

/** What `fetch` takes as its first argument. */
export type FetchInput = string | URL | Request;

/** What `fetch` takes, and the call's own choice of client and token parameters; `false` attaches nothing. */
export interface OutboundRequestInit<Name extends string = string> extends RequestInit {
  readonly outboundAuth?: CallOptions<Name> | false | undefined;
}

/** A call by `fetch`, sent over this transport. */
export function fetchCall(
  transport: Pick<Transport, 'attached' | 'anonymous'>,
  input: FetchInput,
  { outboundAuth: _, ...init }: OutboundRequestInit = {},
): OutgoingCall<Response> {
  const request = input instanceof Request ? input : undefined;
  const url = new URL(input instanceof Request ? input.url : input);
  const headers = new Headers(init.headers ?? request?.headers);
  const redirect = init.redirect ?? request?.redirect ?? 'follow';
  const signal = init.signal ?? request?.signal;
  const body: unknown = init.body ?? request?.body;
  return {
    url,
    method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
    headers,
    body: body === undefined || body === null ? 'none' : isReplayable(body) ? 'replayable' : 'once',
    redirect: redirect === 'follow' ? 'follow' : 'manual',
    signal,
    transmit: async (hop) => {
      const fetch = hop.certificate === undefined ? transport.anonymous : transport.attached;
      const attached = {
        ...init,
        headers: headersOf(headers, hop),
        redirect: redirect === 'follow' ? 'manual' : redirect,
      };
      if (hop.url === url) return fetch(request ?? url, attached);
      const { body: own, ...rest } = attached;
      const next = { ...rest, method: hop.method, ...(signal === undefined ? {} : { signal }) };
      const response = await fetch(hop.url, hop.body && own !== undefined ? { ...next, body: own } : next);
      // `fetch` itself was told not to follow, so it can't know.
      return Object.defineProperty(response, 'redirected', { value: true });
    },
    status: (response) => response.status,
    header: (response, name) => response.headers.get(name),
    discard: (response) => response.body?.cancel(),
  };
}

function headersOf(own: Headers, hop: Hop): Headers {
  const headers = new Headers(own);
  for (const name of hop.removed) headers.delete(name);
  for (const [name, value] of Object.entries(hop.attached)) headers.set(name, value);
  return headers;
}

import type { CallOptions, Hop, OutgoingCall } from './outgoing-call.ts';
import type { Transport } from '../transport/transport.ts';
import { isOwnHeader } from './own-header.ts';
import { isReplayable } from './replayable-body.ts';

/** What `fetch` takes as its first argument. */
export type FetchInput = string | URL | Request;

/** What `fetch` takes, and the call's own choice of client and token parameters; `false` attaches nothing. */
export interface OutboundRequestInit<Name extends string = string> extends RequestInit {
  readonly outboundAuth?: CallOptions<Name> | false | undefined;
}

/** The address of a call by `fetch`, as it is now. */
export function fetchUrl(input: FetchInput): URL {
  return new URL(input instanceof Request ? input.url : input);
}

/** What ends a call by `fetch`. */
export function fetchSignal(input: FetchInput, init: RequestInit): AbortSignal | undefined {
  return init.signal ?? (input instanceof Request ? input.signal : undefined);
}

/**
 * A call by `fetch`, sent over this transport.
 *
 * @param url The input's address, read once: what it was then is where the call goes.
 */
export function fetchCall(
  transport: Pick<Transport, 'attached' | 'anonymous'>,
  input: FetchInput,
  url: URL,
  init: RequestInit,
): OutgoingCall<Response> {
  const request = input instanceof Request ? input : undefined;
  const target = input instanceof URL ? url : input;
  const headers = ownHeaders(init.headers ?? request?.headers);
  const redirect = init.redirect ?? request?.redirect ?? 'follow';
  const signal = fetchSignal(input, init);
  const body: unknown = init.body ?? request?.body;
  return {
    url,
    method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
    headers: { has: (name) => headers.some(([own, value]) => own === name && isOwnHeader(own, value)) },
    body: body === undefined || body === null ? 'none' : isReplayable(body) ? 'replayable' : 'once',
    redirect: redirect === 'follow' ? 'follow' : 'manual',
    signal,
    transmit: (hop) => {
      const fetch = hop.certificate === undefined ? transport.anonymous : transport.attached;
      const attached = {
        ...init,
        headers: headersOf(headers, hop),
        redirect: redirect === 'follow' ? 'manual' : redirect,
      };
      if (hop.url === url) return fetch(target, attached);
      const { body: own, ...rest } = attached;
      const next = { ...rest, method: hop.method, ...(signal === undefined ? {} : { signal }) };
      // `fetch` itself was told not to follow, so it can't know.
      return fetch(hop.url, hop.body && own !== undefined ? { ...next, body: own } : next).then((response) =>
        Object.defineProperty(response, 'redirected', { value: true }),
      );
    },
    status: (response) => response.status,
    header: (response, name) => response.headers.get(name),
    discard: (response) => response.body?.cancel(),
  };
}

type HeaderList = readonly [name: string, value: string][];

const noHeaders: HeaderList = [];

/** The caller's headers, read once: names in lower case. */
function ownHeaders(given: RequestInit['headers']): HeaderList {
  return given === undefined ? noHeaders : [...new Headers(given)];
}

function headersOf(own: HeaderList, { removed, attached }: Hop): NonNullable<RequestInit['headers']> {
  if (own.length === 0) return attached;
  const kept = own.filter(([name]) => !removed.has(name) && !Object.hasOwn(attached, name));
  return [...kept, ...Object.entries(attached)];
}

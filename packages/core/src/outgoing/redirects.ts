import type { OutgoingCall } from './outgoing-call.ts';

/** Where a request stands on its way: what is sent next. */
export interface RedirectState {
  readonly url: URL;
  readonly method: string;
  /** Whether the body goes along. */
  readonly body: boolean;
  /** The caller's own headers that don't go along, in lower case. */
  readonly removed: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

/** Where a call begins. */
export function firstRequest({
  url,
  method,
  body,
}: Pick<OutgoingCall<unknown>, 'url' | 'method' | 'body'>): RedirectState {
  return { url, method, body: body !== 'none', removed: nothing };
}

const redirects = new Set([301, 302, 303, 307, 308]);
const bodyHeaders = ['content-encoding', 'content-language', 'content-length', 'content-location', 'content-type'];
const credentialHeaders = ['authorization', 'cookie', 'host', 'proxy-authorization'];

/** How many redirects are followed, as by `fetch`. */
export const maximumRedirects = 20;

/** Where a response says to go instead, if it does. */
export function locationOf<Result>(
  call: Pick<OutgoingCall<Result>, 'status' | 'header'>,
  response: Result,
): string | undefined {
  return redirects.has(call.status(response)) ? (call.header(response, 'location') ?? undefined) : undefined;
}

/**
 * The next request after a redirect, by the Fetch standard's rules.
 *
 * @throws {TypeError} as `fetch` would: for an address that isn't HTTP, and for a body that can't be sent again.
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
export function nextRequest(from: RedirectState, status: number, location: string, replayable: boolean): RedirectState {
  // Headers are read as Latin-1; servers write UTF-8 into this one.
  const url = new URL(Buffer.from(location, 'latin1').toString('utf8'), from.url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(`the redirect from ${from.url.origin} leads to ${url.protocol}, which is not HTTP`);
  }
  if (url.hash === '') url.hash = from.url.hash;
  const removed = new Set(from.removed);
  let { method, body } = from;
  if (status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 303 && method === 'POST') {
    method = 'GET';
    body = false;
    for (const name of bodyHeaders) removed.add(name);
  }
  if (body && !replayable) {
    throw new TypeError(
      `the redirect from ${from.url.origin} asks for the body again, which is a stream that was read`,
    );
  }
  if (url.origin !== from.url.origin) for (const name of credentialHeaders) removed.add(name);
  return { url, method, body, removed };
}

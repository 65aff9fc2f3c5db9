import type { EventListener } from '../events.ts';
import type { TokenParameters } from '../options/options.ts';
import { showUrl } from '../redact.ts';
import type { Hop, OutgoingCall } from './outgoing-call.ts';
import { isRedirect, maximumRedirects, nextRequest, type RedirectState } from './redirects.ts';
import type { Sender } from './send.ts';

/** Sends a call over all its hops. Once a redirect has left the client's `attachTo`, nothing is attached again. */
export async function sendOverHops<Result>(
  call: OutgoingCall<Result>,
  sender: Sender | undefined,
  parameters: TokenParameters | undefined,
  emit: EventListener,
): Promise<Result> {
  let state: RedirectState = { url: call.url, method: call.method, body: call.body !== 'none', removed: new Set() };
  let attaching = sender;
  for (let followed = 0; ; followed += 1) {
    const prefix = attaching?.prefixFor(state.url);
    if (attaching !== undefined && prefix === undefined) {
      emit({ type: 'redirect.left', client: attaching.name, url: showUrl(state.url) });
      attaching = undefined;
    }
    const hop = hopOf(state, attaching);
    const response =
      attaching === undefined || prefix === undefined
        ? await call.transmit(hop)
        : await attaching.send(call, { hop, prefix, parameters });
    const location = call.header(response, 'location');
    const status = call.status(response);
    if (call.redirect === 'manual' || !isRedirect(status, location)) return response;
    await call.discard(response);
    if (followed === maximumRedirects) throw new TypeError(`more than ${maximumRedirects} redirects`);
    state = nextRequest(state, status, location, call.body !== 'once');
  }
}

function hopOf(state: RedirectState, sender: Sender | undefined): Hop {
  return { ...state, attached: {}, mayAttach: (url) => sender?.prefixFor(url) !== undefined };
}

import { discard } from './discard.ts';
import { Leg } from './leg.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import { firstRequest, locationOf, maximumRedirects, nextRequest } from './redirects.ts';
import type { Cover } from './send.ts';

/**
 * Sends a call over all its hops. Once a redirect has left the client's `attachTo`, nothing is attached again.
 *
 * @param from Who attaches to the address that the call begins with; undefined: nobody.
 */
export async function sendOverHops<Result>(call: OutgoingCall<Result>, from: Cover | undefined): Promise<Result> {
  let state = firstRequest(call);
  let cover = from;
  for (let followed = 0; ; followed += 1) {
    const leg = new Leg(state, cover?.sender);
    const response = await (cover === undefined ? call.transmit(leg.hop({})) : cover.sender.send(call, leg, cover));
    const location = call.redirect === 'manual' ? undefined : locationOf(call, response);
    if (location === undefined) return response;
    await discard(call, response);
    if (followed === maximumRedirects) throw new TypeError(`more than ${maximumRedirects} redirects`);
    state = nextRequest(state, call.status(response), location, call.body !== 'once');
    if (cover === undefined) continue;
    const prefix = leg.hasLeft ? undefined : cover.sender.prefixAfter(state.url);
    if (prefix === undefined) state = { ...state, removed: new Set([...state.removed, ...cover.sender.headerNames]) };
    cover = prefix && { ...cover, prefix };
  }
}

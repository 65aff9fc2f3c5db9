import { ClientRequest, type IncomingMessage } from 'node:http';
import { OutboundAuthError } from '../errors.ts';

// One for all: where two upstreams prepare one request, either may release what it is piped into.
const released = new WeakMap<ClientRequest, string>();

/**
 * Has a proxy pipe the request into no other until something was put on that, which is when it has its socket. Written to
 * before, while an agent makes it wait, it takes no headers any more; and bare it isn't to go out at all.
 */
export function hold(request: IncomingMessage, where: string): void {
  const pipe = request.pipe.bind(request);
  request.pipe = (destination, options) => {
    if (!(destination instanceof ClientRequest)) return pipe(destination, options);
    const go = (): void => {
      const looked = released.get(destination);
      if (looked === addressOf(destination)) pipe(destination, options);
      else destination.destroy(looked === undefined ? notAttached(where) : changed());
    };
    if (destination.socket === null) destination.once('socket', go);
    else go();
    return destination;
  };
}

/** Lets a request to an upstream be written to, at the address that it has now. */
export function release(outgoing: ClientRequest): void {
  const looked = addressOf(outgoing);
  released.set(outgoing, looked);
  // What becomes a WebSocket is piped into by nobody. With its socket, nothing of it has been sent yet.
  outgoing.once('socket', () => {
    if (addressOf(outgoing) !== looked) outgoing.destroy(changed());
  });
}

/** For a request that another upstream has prepared: that one puts its token on it before it is sent, or nobody does. */
export function refuseUnlessReleased(outgoing: ClientRequest, where: string): void {
  const look = (): void => {
    if (!released.has(outgoing)) outgoing.destroy(notAttached(where));
  };
  // Over a connection that is open already, it would be gone by the next tick.
  if (outgoing.socket === null) outgoing.once('socket', look);
  else if (outgoing.headersSent) look();
  else process.nextTick(look);
}

function addressOf(outgoing: ClientRequest): string {
  return `${String(outgoing.getHeader('host'))} ${outgoing.path}`;
}

function notAttached(where: string): OutboundAuthError {
  const message = `${where}: nothing was put on the proxy's request: give the proxy what it has as 'on' (onProxyReq, events)`;
  return new OutboundAuthError(message, { code: 'invalid_call' });
}

function changed(): OutboundAuthError {
  const message =
    "the address of the proxy's request was changed after its token was put on it: change it before, by the proxy's own pathRewrite";
  return new OutboundAuthError(message, { code: 'outside_attach_to' });
}

import { ClientRequest, type IncomingMessage } from 'node:http';
import { OutboundAuthError } from '../errors.ts';

const held = new WeakSet<IncomingMessage>();
const released = new WeakMap<ClientRequest, string>();

/**
 * Has a proxy pipe the request into no other until something was put on that, which is when it has its socket. Written to
 * before, while an agent makes it wait, it takes no headers any more; and bare it isn't to go out at all.
 */
export function hold(request: IncomingMessage, where: string): void {
  // Where two upstreams prepare one request, either may release what it is piped into.
  if (held.has(request)) return;
  held.add(request);
  const pipe = request.pipe.bind(request);
  request.pipe = (destination, options) => {
    if (!(destination instanceof ClientRequest)) return pipe(destination, options);
    const go = (): void => {
      const looked = released.get(destination);
      if (looked === addressOf(destination)) pipe(destination, options);
      else destination.destroy(looked === undefined ? notAttached(where) : changed(where));
    };
    if (destination.socket === null) destination.once('socket', go);
    else go();
    return destination;
  };
}

/** Lets a request to an upstream be written to, at the address that it has now. */
export function release(outgoing: ClientRequest): void {
  released.set(outgoing, addressOf(outgoing));
}

function addressOf(outgoing: ClientRequest): string {
  return `${String(outgoing.getHeader('host'))} ${outgoing.path}`;
}

function notAttached(where: string): OutboundAuthError {
  const message = `${where}: nothing was put on the proxy's request: give the proxy what it has as 'on' (onProxyReq, events)`;
  return new OutboundAuthError(message, { code: 'invalid_call' });
}

function changed(where: string): OutboundAuthError {
  const message = `${where}: the address of the proxy's request was changed after its token was put on it: change it before, by pathRewrite`;
  return new OutboundAuthError(message, { code: 'outside_attach_to' });
}

import { ClientRequest, type IncomingMessage } from 'node:http';
import { OutboundAuthError } from '../errors.ts';

const held = new WeakSet<IncomingMessage>();
const released = new WeakSet<ClientRequest>();

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
      if (released.has(destination)) pipe(destination, options);
      else destination.destroy(notAttached(where));
    };
    if (destination.socket === null) destination.once('socket', go);
    else go();
    return destination;
  };
}

/** Lets a request to an upstream be written to. */
export function release(outgoing: ClientRequest): void {
  released.add(outgoing);
}

function notAttached(where: string): OutboundAuthError {
  const message = `${where}: nothing was put on the proxy's request: give the proxy what it has as 'on' (onProxyReq, events)`;
  return new OutboundAuthError(message, { code: 'invalid_call' });
}

import type { Hop } from '@outbound-auth/core';
import { agentFor } from './certificate.ts';
import { call, isObject, member } from './member.ts';

/** Where a redirect has led to that core doesn't know of, inside `attachTo`. */
export interface Landing {
  /** The address of the hop that it started from. */
  readonly from: URL;
  readonly url: URL;
  readonly method: string;
  readonly headers: object;
}

/**
 * A `beforeRedirect` for transports and adapters that follow redirects themselves. The caller's own runs first, so that it
 * can't give back what is taken away here. A proof is good for one address alone: where that is wanted, nothing goes along.
 */
export function beforeRedirect(
  hop: Hop,
  own: unknown,
  landed: (landing: Landing) => void,
): (options: unknown, response: unknown, request: unknown) => void {
  return (options, response, request) => {
    call(own, undefined, options, response, request);
    const headers = member(options, 'headers');
    const url = targetOf(options);
    if (!isObject(headers)) return;
    if (url === undefined || !hop.mayAttach(url) || 'dpop' in hop.attached) {
      if (hop.certificate !== undefined) withhold(agentFor(hop.certificate), options);
      strip(hop, headers);
      return;
    }
    // Follow-redirects drops credentials on another host, also on one that is covered.
    const present = new Set(entries(headers).map(([name]) => name.toLowerCase()));
    for (const [name, value] of Object.entries(hop.attached)) if (!present.has(name)) Reflect.set(headers, name, value);
    landed({ from: hop.url, url, method: String(member(options, 'method')), headers: { ...headers } });
  };
}

/** Takes from a request's headers what may not leave `attachTo`. */
export function strip({ attached, confidential }: Hop, headers: object): void {
  // By their values too: the caller's own hook may have copied them to other names.
  const ours = new Set(Object.values(attached));
  for (const [name, value] of entries(headers)) {
    if (ours.has(value) || confidential.includes(name.toLowerCase())) Reflect.deleteProperty(headers, name);
  }
}

/** Takes an agent from a request by these options, and from those that follow it. */
function withhold(agent: object, options: unknown): void {
  for (const [place, name] of [[options, 'agent'] as const, [member(options, 'agents'), 'https'] as const]) {
    if (isObject(place) && member(place, name) === agent) Reflect.deleteProperty(place, name);
  }
}

/** A `transport` of the caller's that may follow redirects itself, made to ask before each of them. */
export function askingTransport(transport: unknown, ask: (...details: [unknown, unknown, unknown]) => void): object {
  return {
    request: (options: unknown, ...rest: readonly unknown[]): unknown => {
      const hooks = member(options, 'beforeRedirects');
      if (isObject(hooks)) Reflect.set(hooks, 'config', ask);
      return call(member(transport, 'request'), transport, options, ...rest);
    },
  };
}

/** The address that a request by these options goes to. */
export function targetOf(options: unknown): URL | undefined {
  const text = (name: string): string => String(member(options, name));
  const host = text('hostname').includes(':') ? `[${text('hostname')}]` : text('hostname');
  // To a proxy goes the whole address in place of the path.
  const path = text('path');
  const address = path.startsWith('/') ? `${text('protocol')}//${host}:${text('port')}${path}` : path;
  try {
    return new URL(address);
  } catch {
    // No address, so nothing may be attached. Not by `URL.canParse`: Node 20 says no to `https://bücher.example`, once hot.
    return undefined;
  }
}

function entries(headers: unknown): [name: string, value: string][] {
  return isObject(headers) ? Object.entries(headers).map(([name, value]) => [name, String(value)]) : [];
}

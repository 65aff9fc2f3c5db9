import { isNativeError } from 'node:util/types';
import { reasonOf, Secrets } from '../redact.ts';

// Told by its name, which a cleaned copy of an error keeps.
const name = 'ProxyFailure';

/** Waits for a request. What goes wrong on its way is told as that of a proxy, below the error that `fetch` gives. */
export async function throughProxy<Result>(proxy: string, sent: Promise<Result>): Promise<Result> {
  try {
    return await sent;
  } catch (error) {
    throw withProxy(proxy, error);
  }
}

function withProxy(proxy: string, error: unknown): unknown {
  // So says `fetch` of every failure of the network. Anything else is an abort, a wrong option, a mistake in the call.
  if (!isNativeError(error) || error.message !== 'fetch failed' || !isNativeError(error.cause)) return error;
  const cause = new Secrets().cleanError(error.cause);
  const failure = new Error(`over ${proxy}: ${reasonOf(cause)}`, { cause });
  failure.name = name;
  return new TypeError(error.message, { cause: failure });
}

/** The failure of a proxy in a chain of causes. */
export function proxyFailureOf(error: Error | undefined): Error | undefined {
  for (let link: unknown = error; isNativeError(link); link = link.cause) if (link.name === name) return link;
  return undefined;
}

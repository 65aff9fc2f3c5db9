import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { call } from './member.ts';

/** What Axios takes in the place of Node's `http` and `https`. */
export interface Transport {
  request(options: RequestOptions, answered: (response: IncomingMessage) => void): ClientRequest;
}

/**
 * Node's own transport, which behaves to Axios as follow-redirects does: a request with a response isn't `destroyed`, and
 * a time limit in milliseconds runs from the start until there is one. Node's begins with the connection, and again with
 * each byte.
 */
export function nodeTransport(limit?: number): Transport {
  return {
    request: (options, answered) => {
      let isAnswered = false;
      // Looked up when called: mocks replace it.
      const request = (options.protocol === 'https:' ? https : http).request(options, (response) => {
        isAnswered = !request.destroyed;
        answered(response);
      });
      if (limit !== undefined) endIn(limit, request);
      return new Proxy(request, {
        get: (target, name) => {
          // Axios 1.6 and 1.7 hear of no error of a response whose request is destroyed, and never settle the call then.
          if (name === 'destroyed' && isAnswered) return false;
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return (...parameters: readonly unknown[]): unknown => call(value, target, ...parameters);
        },
      });
    },
  };
}

function endIn(limit: number, request: ClientRequest): void {
  // Axios says the rest.
  const timer = setTimeout(() => request.emit('timeout'), limit);
  const stop = (): void => {
    clearTimeout(timer);
  };
  request.once('response', stop).once('close', stop);
}

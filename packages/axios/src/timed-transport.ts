import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

/** What Axios takes in the place of Node's `http` and `https`. */
export interface Transport {
  request(options: RequestOptions, answered: (response: IncomingMessage) => void): ClientRequest;
}

/**
 * Node's own transport, with a time limit in milliseconds that runs from the start until there is a response, as Axios'
 * `timeout` does where follow-redirects sends. Node's begins with the connection, and again with each byte.
 */
export function timedTransport(limit: number): Transport {
  return {
    request: (options, answered) => {
      // Looked up when called: mocks replace it.
      const request = (options.protocol === 'https:' ? https : http).request(options, answered);
      // Axios says the rest.
      const timer = setTimeout(() => request.emit('timeout'), limit);
      const stop = (): void => {
        clearTimeout(timer);
      };
      return request.once('response', stop).once('close', stop);
    },
  };
}

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendAnswer } from './ready-answer.ts';
import type { ReadyAnswer } from './ready-answer.ts';
import { recordRequest } from './recorded-request.ts';
import type { RecordedRequest } from './recorded-request.ts';

/** Answers one request; what it throws goes out as a 500 that says so. */
export type RequestHandler = (request: RecordedRequest) => Promise<ReadyAnswer>;

/** A plain HTTP server on a free loopback port. */
export interface LoopbackServer {
  /** For example `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** Names who answers; separate from listening, for answers may have to hold the origin. */
  serve(handler: RequestHandler): void;
  /** Stops at once: open connections are cut, requests on their way stay unanswered. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function listenOnLoopback(): Promise<LoopbackServer> {
  // No idle time-out: a connection that is closed just as a client uses it again makes a test fail now and then.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port to listen on');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    serve: (handler) => void server.on('request', (message, response) => void serve(handler, message, response)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(handler: RequestHandler, message: IncomingMessage, response: ServerResponse): Promise<void> {
  let request: RecordedRequest;
  try {
    request = await recordRequest(message);
  } catch {
    return; // The client went away in the middle of its request: there is nobody to answer.
  }
  try {
    const answer = await handler(request);
    if (!response.destroyed) sendAnswer(response, answer);
  } catch (error) {
    if (response.destroyed || response.headersSent) return;
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`The test server's script failed: ${String(error)}`);
  }
}

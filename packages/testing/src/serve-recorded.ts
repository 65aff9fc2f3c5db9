import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { sendAnswer, type ReadyAnswer } from './ready-answer.ts';
import { recordRequest, type RecordedRequest } from './recorded-request.ts';

/** Answers one request; what it throws goes out as a 500 that says so. */
export type RequestHandler = (request: RecordedRequest) => Promise<ReadyAnswer>;

/** Lets the handler answer the server's requests, each recorded whole before. */
export function serveRecorded(server: Server, handler: RequestHandler): void {
  server.on('request', (message, response) => void serve(handler, message, response));
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

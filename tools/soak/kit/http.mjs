import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Serves on a free port of this host. `routes` has an async function by path, which takes the request and its form (URLSearchParams) and
 * gives [status, body, headers], or undefined where nothing is to be answered. The result is where it listens.
 */
export async function serve(routes) {
  // No idle time-out: a connection that is closed just as it is used again would be a fault of its own.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    void answer(routes, request, response);
  });
  await new Promise((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

async function answer(routes, request, response) {
  const form = request.method === 'POST' ? new URLSearchParams(await text(request)) : new URLSearchParams();
  const [path] = request.url.split('?');
  const [status, body = {}, headers = {}] = (await routes[path](request, form)) ?? [];
  if (status === undefined || response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

import { readBody } from './read-body.mjs';
import { Refusal } from './refusal.mjs';

/**
 * Answers each request by the route that has its path and method.
 *
 * @param routes - `{ path, methods, log, answer }`: without a path it is for all, without methods for any;
 *   `answer` gets the request, its body's bytes and its entry in the log, and returns `{ status, verdict, headers, body }`
 */
export function serve(server, routes) {
  server.on('request', async (request, response) => {
    const path = request.url.split('?')[0];
    const route = routes.find((each) => each.path === undefined || each.path === path);
    const entry = route?.log?.add(request) ?? {};
    let answer;
    try {
      answer = await answerOf(route, request, entry);
    } catch (error) {
      // Gone, or cut off by the server's own limits: there is nobody to answer.
      if (request.destroyed && !request.complete) {
        entry.verdict = 'aborted';
        return;
      }
      answer = error instanceof Refusal ? error : fault(error);
    }
    const { status, verdict, reason, headers = {}, body } = answer;
    Object.assign(entry, { status, verdict, reason });
    // RFC 6749 §5.1: tokens are not for any cache between.
    const always = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' };
    response.writeHead(status, { ...always, ...headers });
    response.end(JSON.stringify(body));
  });
}

async function answerOf(route, request, entry) {
  if (route === undefined) throw new Refusal(404, 'not_found', 'There is nothing here.');
  const { methods, answer } = route;
  if (methods && !methods.includes(request.method)) {
    const headers = { allow: methods.join(', ') };
    throw new Refusal(405, 'method_not_allowed', `Only ${methods.join(' and ')} here.`, { headers });
  }
  // Node joins or drops repeated headers; behind a gateway, which one counts would be a matter of luck.
  if ((request.headersDistinct.authorization ?? []).length > 1) {
    throw new Refusal(400, 'invalid_request', 'There is more than one Authorization header.');
  }
  return answer(request, await readBody(request), entry);
}

/** Our own mistake: shown in full where the emulator runs, not to the client. */
function fault(error) {
  console.error(error);
  return { status: 500, verdict: 'server_error', body: { error: 'server_error' } };
}

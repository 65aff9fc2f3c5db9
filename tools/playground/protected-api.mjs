import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

/**
 * Serves an API that verifies the JWT of each call against the server's keys: signature, issuer, audience, end.
 *
 * @param listening from `listen()`: its origin is the tokens' audience
 * @returns how many 401s it answered, by the first segment of the path, which names the app that called
 */
export function serveProtectedApi({ server, origin }, { issuer, jwksUri }) {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  const unauthorized = new Map();
  server.on('request', async (request, response) => {
    const problem = await problemWith(request.headers.authorization, keys, { issuer, audience: origin });
    if (problem === undefined) {
      answer(response, 200, { invoices: [{ number: 1, total: 42 }] });
      return;
    }
    const [, app] = request.url.split('/');
    unauthorized.set(app, (unauthorized.get(app) ?? 0) + 1);
    response.setHeader('www-authenticate', problem === 'no token' ? 'Bearer' : 'Bearer error="invalid_token"');
    answer(response, 401, { error: problem });
  });
  return { unauthorized };
}

async function problemWith(authorization, keys, expected) {
  const [, token] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) return 'no token';
  try {
    await jwtVerify(token, keys, expected);
    return undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError) return error.code;
    throw error;
  }
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

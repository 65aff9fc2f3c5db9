import { Refusal } from './http/refusal.mjs';
import { same } from './http/same.mjs';
import { TokenRefused } from './tokens/token-refused.mjs';

/**
 * An API that checks the API key and the token of each call, as a route for `serve()`.
 *
 * @param options.tokens - who verifies: `verify(token, audience)` returns its claims
 * @param options.apiKey - `{ header, value, isRequired }`; given, it is compared even where it isn't required
 * @param options.permissions - scope by the path that it opens, with all below it: `{ '/reports': 'reports:read' }`
 * @param options.binding - `none` refuses tokens that are bound to a certificate, `required` those that aren't bound to
 *   the certificate of this connection
 */
export function apiRoute({
  log,
  tokens,
  audience,
  apiKey,
  permissions = {},
  binding = 'none',
  certificateOf = () => {},
}) {
  return {
    log,
    answer: async (request, body, entry) => {
      checkApiKey(request, apiKey);
      const claims = await checkToken(request, { tokens, audience });
      const { sub, scope = '', aud, cnf } = claims;
      Object.assign(entry, { subject: sub, scope, audience: aud });
      const bound = cnf?.['x5t#S256'];
      if (bound !== (binding === 'required' ? (certificateOf(request) ?? '') : undefined)) {
        throw invalidToken('certificate');
      }
      checkPermission(entry.path, scope, permissions);
      const seen = { method: request.method, path: entry.path, subject: sub, scope, bytes: body.length };
      return { status: 200, verdict: 'ok', body: seen };
    },
  };
}

/** A gateway's answer: it says nothing of tokens, so it is no reason to get a new one. */
export function checkApiKey(request, apiKey) {
  if (apiKey === undefined) return;
  const given = request.headers[apiKey.header];
  if (given === undefined && !apiKey.isRequired) return;
  if (!same(given, apiKey.value)) {
    throw new Refusal(403, 'api_key', 'The API key is missing or wrong.', { body: { message: 'Forbidden' } });
  }
}

async function checkToken({ headers }, { tokens, audience }) {
  const [, token] = /^Bearer ([A-Za-z0-9\-._~+/]+=*(?:\.[A-Za-z0-9+/]+=*)*)$/i.exec(headers.authorization ?? '') ?? [];
  if (token === undefined) {
    // RFC 6750 §3.1: no error code for a call that brought no token.
    const challenge = { headers: { 'www-authenticate': 'Bearer realm="api"' } };
    throw new Refusal(401, 'no_token', 'A bearer token is needed.', challenge);
  }
  try {
    return await tokens.verify(token, audience);
  } catch (error) {
    if (error instanceof TokenRefused) throw invalidToken(error.reason);
    throw error;
  }
}

function invalidToken(reason) {
  const headers = { 'www-authenticate': 'Bearer realm="api", error="invalid_token"' };
  return new Refusal(401, 'invalid_token', 'The token is not valid.', { headers, reason });
}

function checkPermission(path, scope, permissions) {
  const [, needed] = Object.entries(permissions).find(([open]) => path === open || path.startsWith(`${open}/`)) ?? [];
  if (needed === undefined || scope.split(' ').includes(needed)) return;
  const headers = { 'www-authenticate': `Bearer realm="api", error="insufficient_scope", scope="${needed}"` };
  throw new Refusal(403, 'insufficient_scope', 'The token does not allow this.', { headers });
}

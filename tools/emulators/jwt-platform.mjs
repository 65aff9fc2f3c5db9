// A JWT platform API: HTTP Basic only, with ids of any letters, compared as the option says; a token request of exactly
// one content type (else 415); an answer of exactly three members; JWTs that the API verifies on each call.
import { accessTokens } from './access-tokens.mjs';
import { clientByBasic } from './http/basic-client.mjs';
import { listen } from './http/listen.mjs';
import { Refusal } from './http/refusal.mjs';
import { RequestLog } from './http/request-log.mjs';
import { serve } from './http/serve.mjs';
import { apiRoute } from './protected-api.mjs';
import { checkGrant, formParameters, invalidClient, tokenRoute } from './token-route.mjs';

const path = '/oauth/v2/token';

/**
 * @param options.clients - `{ secret, permissions }` by id
 * @param options.basic - how credentials are compared: `form`-decoded (default) or `raw`
 * @param options.permissions - what the API asks for, by path: see `apiRoute()`
 * @param options.tokenLifetime - seconds; default 3600
 * @param options.tokenEncoding - `base64` for JWTs that hold `/` and `=`; default `base64url`
 * @param options.clock - `{ now() }` in milliseconds; default: the system's
 */
export async function startJwtPlatform({
  clients,
  basic = 'form',
  permissions,
  tokenLifetime = 3600,
  tokenEncoding = 'base64url',
  clock = Date,
}) {
  checkClients(clients, basic);
  const [server, api] = [await listen(), await listen()];
  const [tokenRequests, apiCalls] = [new RequestLog(), new RequestLog()];
  const { tokens, routes, jwksUri, controls } = await accessTokens({
    issuer: server.origin,
    format: 'jwt',
    lifetime: tokenLifetime,
    encoding: tokenEncoding,
    clock,
  });
  const answer = async (request, bytes, entry) => {
    const parameters = formParameters(request, bytes, entry, 415);
    entry.clientId = authenticate(request, parameters, clients, basic);
    checkGrant(parameters, ['client_credentials']);
    const scope = (clients[entry.clientId].permissions ?? []).join(' ');
    const access_token = await tokens.issue({ sub: entry.clientId, aud: api.origin, scope });
    return { token_type: 'Bearer', expires_in: tokenLifetime, access_token };
  };
  serve(server.server, [...routes, tokenRoute({ path, log: tokenRequests, answer })]);
  serve(api.server, [apiRoute({ log: apiCalls, tokens, audience: api.origin, permissions })]);
  return {
    tokenEndpoint: `${server.origin}${path}`,
    api: api.origin,
    jwksUri,
    tokenRequests,
    apiCalls,
    ...controls,
    close: () => Promise.all([server.close(), api.close()]),
  };
}

function authenticate(request, parameters, clients, basic) {
  if (request.headers.authorization !== undefined && parameters.has('client_secret')) {
    throw new Refusal(400, 'invalid_request', 'The client authenticates in more than one way.');
  }
  const clientId = clientByBasic(request.headers.authorization, clients, basic);
  if (clientId === undefined) throw invalidClient(request);
  if (![undefined, clientId].includes(parameters.get('client_id'))) throw invalidClient(request, 'two ids');
  return clientId;
}

/** `a:b` with the secret `c` and `a` with `b:c` are the same bytes. */
function checkClients(clients, basic) {
  const texts = Object.entries(clients).map(([id, { secret }]) => `${id}:${secret}`);
  if (basic === 'raw' && new Set(texts).size < texts.length) {
    throw new TypeError('clients: compared raw, two of them have the same credentials; change an id or a secret');
  }
}

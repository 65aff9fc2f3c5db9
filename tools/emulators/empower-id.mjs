// EmpowerID: the password grant with the person in Basic and the client in a JSON or form body (else 415), an API key where
// the tenant wants one, members that are absent as "" and "null". The refresh answer has its own shape, as documented.
import { accessTokens } from './access-tokens.mjs';
import { empowerIdGrants } from './empower-id-grants.mjs';
import { listen } from './http/listen.mjs';
import { mediaType, readForm, readJson } from './http/parameters.mjs';
import { Refusal } from './http/refusal.mjs';
import { RequestLog } from './http/request-log.mjs';
import { same } from './http/same.mjs';
import { serve } from './http/serve.mjs';
import { apiRoute, checkApiKey } from './protected-api.mjs';
import { checkGrant, formType, invalidClient, noted, tokenRoute } from './token-route.mjs';
import { RefreshTokens } from './tokens/refresh-tokens.mjs';

const path = '/oauth/v2/token';
const readers = new Map([
  [formType, readForm],
  ['application/json', readJson],
]);

/**
 * @param options.clients - `{ secret, redirectUri }` by id
 * @param options.users - password by person
 * @param options.apiKey - the value of `X-EmpowerID-API-Key`, compared wherever it is given
 * @param options.requireApiKey - whether it must be given, on token requests and API calls; default false
 * @param options.requireRedirectUri - whether the client's `redirect_uri` must be given; default false
 * @param options.rotateRefreshTokens - whether each is good once; default true
 * @param options.detectReuse - whether a used one ends all that came from its sign-in; default true
 * @param options.refreshTokenLifetime - seconds; default a day
 * @param options.tokens - `opaque` (default) or `jwt`
 * @param options.tokenLifetime - seconds; default 3600
 * @param options.clock - `{ now() }` in milliseconds; default: the system's
 */
export async function startEmpowerId({
  clients,
  users,
  apiKey,
  requireApiKey = false,
  requireRedirectUri = false,
  rotateRefreshTokens = true,
  detectReuse = true,
  refreshTokenLifetime = 86_400,
  tokens: format = 'opaque',
  tokenLifetime = 3600,
  clock = Date,
}) {
  if (requireApiKey && apiKey === undefined) throw new TypeError('apiKey: requireApiKey needs one');
  const [server, api] = [await listen(), await listen()];
  const [tokenRequests, apiCalls] = [new RequestLog(), new RequestLog()];
  const issuing = { issuer: server.origin, format, lifetime: tokenLifetime, clock };
  const { tokens, routes, jwksUri, controls } = await accessTokens(issuing);
  const refreshing = { lifetime: refreshTokenLifetime, clock, rotate: rotateRefreshTokens, detectReuse };
  const refreshTokens = new RefreshTokens(refreshing);
  const grants = empowerIdGrants({ users, tokens, refreshTokens, audience: api.origin, tokenLifetime });
  const key =
    apiKey === undefined ? undefined : { header: 'x-empowerid-api-key', value: apiKey, isRequired: requireApiKey };

  const answer = async (request, bytes, entry) => {
    checkApiKey(request, key);
    const parameters = noted(entry, parametersOf(request, bytes));
    entry.clientId = authenticate(request, parameters, { clients, requireRedirectUri });
    return grants[checkGrant(parameters, Object.keys(grants))](request, entry.clientId, parameters);
  };
  serve(server.server, [...routes, tokenRoute({ path, log: tokenRequests, answer })]);
  serve(api.server, [apiRoute({ log: apiCalls, tokens, audience: api.origin, apiKey: key })]);
  return {
    tokenEndpoint: `${server.origin}${path}`,
    api: api.origin,
    jwksUri,
    tokenRequests,
    apiCalls,
    ...controls,
    revokeRefreshTokens: () => refreshTokens.revokeAll(),
    close: () => Promise.all([server.close(), api.close()]),
  };
}

function parametersOf(request, bytes) {
  const read = readers.get(mediaType(request));
  if (!read) throw new Refusal(415, 'invalid_request', `Content-Type must be application/json or ${formType}.`);
  return read(bytes);
}

/** The client comes in the body alone; in Basic there would be no person. */
function authenticate(request, parameters, { clients, requireRedirectUri }) {
  const [id, secret] = [parameters.get('client_id'), parameters.get('client_secret')];
  const client = clients[id];
  if (!same(secret, client?.secret)) throw invalidClient(request);
  const redirectUri = parameters.get('redirect_uri');
  if (redirectUri === undefined ? requireRedirectUri : redirectUri !== client.redirectUri) {
    throw new Refusal(400, 'invalid_request', 'redirect_uri is missing or not the registered one.');
  }
  return id;
}

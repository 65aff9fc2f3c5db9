// Empower: client credentials by HTTP Basic, or by a key pair (private_key_jwt, mutual TLS); an API key on every API call
// (missing or wrong: a gateway's 403); a scope that isn't configured is 400 `invalid_grant`; no form is 400.
import { accessTokens } from './access-tokens.mjs';
import { clientAuthentication } from './empower-clients.mjs';
import { listen } from './http/listen.mjs';
import { Refusal } from './http/refusal.mjs';
import { RequestLog } from './http/request-log.mjs';
import { serve } from './http/serve.mjs';
import { apiRoute, checkApiKey } from './protected-api.mjs';
import { certificateOf, listenWithTls } from './mutual-tls.mjs';
import { checkGrant, formParameters, tokenRoute } from './token-route.mjs';

const path = '/oauth2/token';

/**
 * @param options.clients - by id: `scopes`, and one of `secret`, `publicKey` (a JWK, or several), `certificate` (its
 *   x5t#S256)
 * @param options.apiKey - the value of `x-api-key`
 * @param options.apiKeyOnTokenRequest - whether token requests need it too; default false
 * @param options.assertionAudience - `token-endpoint`, `issuer` or `either` (default)
 * @param options.mutualTls - whether there are an HTTPS token endpoint and API beside the others; default false
 * @param options.permissions - what the API asks for, by path: see `apiRoute()`
 * @param options.tokens - `jwt` (default) or `opaque`
 * @param options.tokenLifetime - seconds; default 3600
 * @param options.clock - `{ now() }` in milliseconds; default: the system's
 */
export async function startEmpower({
  clients,
  apiKey,
  apiKeyOnTokenRequest = false,
  assertionAudience = 'either',
  mutualTls = false,
  permissions,
  tokens: format = 'jwt',
  tokenLifetime = 3600,
  clock = Date,
}) {
  const [server, api] = [await listen(), await listen()];
  const tls = mutualTls ? await listenWithTls() : undefined;
  const [tokenRequests, apiCalls] = [new RequestLog(), new RequestLog()];
  const issuer = server.origin;
  const { tokens, routes, jwksUri, controls } = await accessTokens({ issuer, format, lifetime: tokenLifetime, clock });
  const key = { header: 'x-api-key', value: apiKey };
  const endpoints = [server, tls?.server].filter(Boolean).map(({ origin }) => `${origin}${path}`);
  const audiences = { 'token-endpoint': endpoints, issuer: [issuer], either: [...endpoints, issuer] }[
    assertionAudience
  ];
  const authenticate = clientAuthentication({ clients, audiences, clock });

  const answer = async (request, bytes, entry) => {
    checkApiKey(request, { ...key, isRequired: apiKeyOnTokenRequest });
    const parameters = formParameters(request, bytes, entry, 400);
    entry.clientId = await authenticate(request, parameters);
    checkGrant(parameters, ['client_credentials']);
    const scope = scopeFor(clients[entry.clientId], parameters);
    const thumbprint = certificateOf(request);
    const binding = thumbprint && { cnf: { 'x5t#S256': thumbprint } };
    const access_token = await tokens.issue({ sub: entry.clientId, aud: api.origin, scope, ...binding });
    return { access_token, token_type: 'Bearer', expires_in: tokenLifetime, scope };
  };
  const answered = [...routes, tokenRoute({ path, log: tokenRequests, answer })];
  const checked = {
    log: apiCalls,
    tokens,
    audience: api.origin,
    apiKey: { ...key, isRequired: true },
    permissions,
    certificateOf,
  };
  serve(server.server, answered);
  serve(api.server, [apiRoute(checked)]);
  if (tls) {
    serve(tls.server.server, answered);
    serve(tls.api.server, [apiRoute({ ...checked, binding: 'required' })]);
  }
  return {
    issuer,
    tokenEndpoint: endpoints[0],
    api: api.origin,
    jwksUri,
    mutualTls: tls && { tokenEndpoint: endpoints[1], api: tls.api.origin, ca: tls.ca },
    tokenRequests,
    apiCalls,
    ...controls,
    close: () => Promise.all([server, api, tls?.server, tls?.api].map((each) => each?.close())),
  };
}

function scopeFor({ scopes = [] }, parameters) {
  const asked = parameters.get('scope')?.split(' ') ?? scopes;
  if (!asked.every((scope) => scopes.includes(scope))) {
    throw new Refusal(400, 'invalid_grant', 'A scope is not configured for this client.');
  }
  return asked.join(' ');
}

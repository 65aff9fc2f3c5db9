// Usage Engine: the client in a form body (Basic is refused), one audience for each environment, compared with its
// trailing slash; no refresh. Errors are those of the identity service behind it: a wrong secret is 401 `access_denied`,
// an audience that it doesn't know 403 `access_denied`; another content type is 415.
import { accessTokens } from './access-tokens.mjs';
import { listen } from './http/listen.mjs';
import { Refusal } from './http/refusal.mjs';
import { RequestLog } from './http/request-log.mjs';
import { same } from './http/same.mjs';
import { serve } from './http/serve.mjs';
import { apiRoute } from './protected-api.mjs';
import { checkGrant, formParameters, tokenRoute } from './token-route.mjs';

const path = '/authentication/v1/oauth/token';

/**
 * @param options.clients - `{ secret, scopes, environments }` by id; without `environments` it may call all
 * @param options.environments - their names; each gets an API, whose audience is its origin with a slash
 * @param options.permissions - what the APIs ask for, by path: see `apiRoute()`
 * @param options.tokenLifetime - seconds; default 3600
 * @param options.clock - `{ now() }` in milliseconds; default: the system's
 */
export async function startUsageEngine({
  clients,
  environments = ['production'],
  permissions,
  tokenLifetime = 3600,
  clock = Date,
}) {
  const server = await listen();
  const [tokenRequests, apiCalls] = [new RequestLog(), new RequestLog()];
  const { tokens, routes, jwksUri, controls } = await accessTokens({
    issuer: server.origin,
    format: 'jwt',
    lifetime: tokenLifetime,
    clock,
  });
  const started = new Map();
  for (const name of environments) {
    const api = await listen();
    const audience = `${api.origin}/`;
    serve(api.server, [apiRoute({ log: apiCalls, tokens, audience, permissions })]);
    started.set(name, { api: api.origin, audience, close: api.close });
  }
  const answer = async (request, bytes, entry) => {
    const parameters = formParameters(request, bytes, entry, 415);
    entry.clientId = authenticate(request, parameters, clients);
    checkGrant(parameters, ['client_credentials'], 403);
    const client = clients[entry.clientId];
    const audience = audienceFor(client, parameters, started);
    const scope = scopeFor(client, parameters);
    const access_token = await tokens.issue({ sub: `${entry.clientId}@clients`, aud: audience, scope });
    return { access_token, scope, expires_in: tokenLifetime, token_type: 'Bearer' };
  };
  serve(server.server, [...routes, tokenRoute({ path, log: tokenRequests, answer })]);
  const [first] = started.values();
  return {
    tokenEndpoint: `${server.origin}${path}`,
    api: first.api,
    audience: first.audience,
    environments: Object.fromEntries([...started].map(([name, { api, audience }]) => [name, { api, audience }])),
    jwksUri,
    tokenRequests,
    apiCalls,
    ...controls,
    close: () => Promise.all([server, ...started.values()].map((each) => each.close())),
  };
}

function authenticate({ headers }, parameters, clients) {
  const [clientId, secret] = [parameters.get('client_id'), parameters.get('client_secret')];
  if (headers.authorization !== undefined) throw denied(401, 'The client goes in the body.');
  if (!same(secret, clients[clientId]?.secret)) throw denied(401, 'Unauthorized');
  return clientId;
}

function audienceFor(client, parameters, started) {
  const audience = parameters.get('audience');
  if (audience === undefined) throw denied(403, 'No audience was given, and there is no default.');
  const [name] = [...started].find(([, environment]) => environment.audience === audience) ?? [];
  if (name === undefined) throw denied(403, 'There is no API with this audience.');
  if (client.environments && !client.environments.includes(name)) {
    throw denied(403, 'The client is not authorized for this audience.');
  }
  return audience;
}

/** What was asked for and is granted; all that is granted where nothing was asked for. */
function scopeFor({ scopes = [] }, parameters) {
  const asked = parameters.get('scope')?.split(' ') ?? scopes;
  return scopes.filter((scope) => asked.includes(scope)).join(' ');
}

function denied(status, description) {
  return new Refusal(status, 'access_denied', description);
}

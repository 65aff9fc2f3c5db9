import { exportJWK, generateKeyPair } from 'jose';
import { listen } from './listen.mjs';
import { memoryAdapter } from './memory-adapter.mjs';

/** Seconds that a token lives: short enough to see it renewed. */
export const tokenLifetime = 5;

/**
 * Starts the real `oidc-provider`: client credentials, discovery, and JWT access tokens for the given resource.
 *
 * @param clients - secret by client id
 */
export async function startAuthorizationServer(clients, resource) {
  const { Provider, errors } = await quietly(() => import('oidc-provider'));
  const getResourceServerInfo = (_ctx, asked) => {
    if (asked !== resource) throw new errors.InvalidTarget();
    return {
      scope: 'invoices:read',
      audience: resource,
      accessTokenTTL: tokenLifetime,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'RS256' } },
    };
  };
  // Its issuer holds the port, so the port comes first.
  const { server, origin, close } = await listen();
  const provider = new Provider(origin, {
    adapter: memoryAdapter(),
    jwks: { keys: [await signingKey()] },
    cookies: { keys: ['nobody signs in here'] },
    clients: Object.entries(clients).map(([client_id, client_secret]) => ({
      client_id,
      client_secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    scopes: ['invoices:read'],
    ttl: { ClientCredentials: tokenLifetime },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: true, getResourceServerInfo },
    },
  });
  const tokenRequests = countTokenRequests(provider);
  server.on('request', provider.callback());
  return { issuer: origin, tokenEndpoint: `${origin}/token`, jwksUri: `${origin}/jwks`, tokenRequests, close };
}

async function signingKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'playground' };
}

/** Counts what arrives, whatever is answered: by client id. */
function countTokenRequests(provider) {
  const counts = new Map();
  provider.use(async (ctx, next) => {
    await next();
    const { route, client } = ctx.oidc ?? {};
    if (route === 'token' && client) counts.set(client.clientId, (counts.get(client.clientId) ?? 0) + 1);
  });
  return counts;
}

/** The provider runs well on Node 20, and says on import that it isn't meant to. */
async function quietly(load) {
  const { warn } = console;
  console.warn = (...words) => {
    if (!String(words[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...words);
  };
  try {
    return await load();
  } finally {
    console.warn = warn;
  }
}

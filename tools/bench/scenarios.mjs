/** The scenarios by their names, each imported only when it is asked for. */
export const scenarios = {
  cached: {
    says: 'a token that is there already: ns and bytes a call, awaited, at once, by parameters, by user',
    load: () => import('./scenarios/cached.mjs'),
  },
  cold: { says: '1,000 calls at once and no token yet', load: () => import('./scenarios/cold.mjs') },
  first: { says: 'the first token of a process', load: () => import('./scenarios/first.mjs') },
  axios: { says: 'requests a second through Axios, and with DPoP', load: () => import('./scenarios/axios.mjs') },
  fetch: { says: 'requests a second through fetch, and with DPoP', load: () => import('./scenarios/fetch.mjs') },
  served: {
    says: 'requests a second that Express, Koa and NestJS serve with the middleware, and on behalf of users',
    load: () => import('./scenarios/served.mjs'),
  },
  renewal: {
    says: 'tokens that end, with 200 calls/s and outages of the token endpoint: who fails, who waits',
    load: () => import('./scenarios/renewal.mjs'),
  },
  revoked: { says: 'an API that refuses tokens, under 64 callers', load: () => import('./scenarios/revoked.mjs') },
  keys: { says: 'many tokens: look-up, memory, making room', load: () => import('./scenarios/keys.mjs') },
};

export async function caseOf(scenario, name) {
  const { cases } = (await scenarios[scenario].load()).scenario;
  return cases.find((part) => part.name === name);
}

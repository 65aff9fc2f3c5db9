import { AsyncLocalStorage } from 'node:async_hooks';
import { client } from '../measuring/request-token.mjs';

const authority = 'https://idp.bench';
const scopes = ['everything'];
const authorizationOf = (result) => `Bearer ${result.accessToken}`;

/** A peer: `@azure/msal-node`, told of an authority that is no cloud of its own. */
export const contender = {
  name: '@azure/msal-node',
  without: {
    synchronous: 'it has no look without a promise',
    fetchingWithDpop: 'it has no DPoP',
    axiosWithDpop: 'it has no DPoP',
  },
  load: () => import('@azure/msal-node'),
  tokens: (place, library) => ({ get: tokensOf(place, library), authorizationOf }),
  firstToken: (place, library) => tokensOf(place, library)(),
  // It knows a scope, and takes the audience for a part of that.
  byParameters: (place, library) => {
    const app = appOf(place, library);
    return { get: ({ scope, audience }) => app.acquireTokenByClientCredential({ scopes: [`${audience}/${scope}`] }) };
  },
  bySubject: (place, library) => {
    const app = appOf(place, library);
    const subject = new AsyncLocalStorage();
    return {
      get: () => app.acquireTokenOnBehalfOf({ oboAssertion: subject.getStore(), scopes }),
      run: (subjectToken, work) => subject.run(subjectToken, work),
    };
  },
  byKey: (place, library) => {
    const app = appOf(place, library);
    return { get: (audience) => app.acquireTokenByClientCredential({ scopes: [audience] }) };
  },
  // It has nothing for fetch or Axios: a wrapper and an interceptor of the user's.
  fetching: (place, library) => {
    const get = tokensOf(place, library);
    return { call: async (url) => fetch(url, { headers: { authorization: authorizationOf(await get()) } }) };
  },
  axios: async (place, library) => {
    const { default: axios } = await import('axios');
    const get = tokensOf(place, library);
    const http = axios.create();
    http.interceptors.request.use(async (config) => {
      config.headers.set('authorization', authorizationOf(await get()));
      return config;
    });
    return { call: (url) => http.get(url) };
  },
};

function tokensOf(place, library) {
  const app = appOf(place, library);
  return () => app.acquireTokenByClientCredential({ scopes });
}

function appOf({ tokenEndpoint, fetch = globalThis.fetch }, { ConfidentialClientApplication, ProtocolMode }) {
  const endpoint = `${authority}/token`;
  const metadata = {
    issuer: authority,
    authorization_endpoint: endpoint,
    token_endpoint: endpoint,
    jwks_uri: endpoint,
  };
  const auth = {
    clientId: client.id,
    clientSecret: client.secret,
    authority: `${authority}/`,
    knownAuthorities: [new URL(authority).host],
    authorityMetadata: JSON.stringify(metadata),
  };
  // It wants https, so its requests are led to the loopback here.
  const sendPostRequestAsync = async (_, { headers, body }) => {
    const response = await fetch(tokenEndpoint, { method: 'POST', headers, body });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
  };
  return new ConfidentialClientApplication({
    auth,
    system: { protocolMode: ProtocolMode.OIDC, networkClient: { sendPostRequestAsync } },
  });
}

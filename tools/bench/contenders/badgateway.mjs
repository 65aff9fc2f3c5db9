import { client } from '../measuring/request-token.mjs';

const authorizationOf = (text) => `Bearer ${text}`;

/** A peer: `@badgateway/oauth2-client`, its OAuth2Fetch around its OAuth2Client. */
export const contender = {
  name: '@badgateway/oauth2-client',
  without: {
    synchronous: 'it has no look without a promise',
    byParameters: 'an OAuth2Fetch holds one token, whatever the call',
    bySubject: 'it has no grant for a user’s token',
    fetchingWithDpop: 'it has no DPoP',
    axiosWithDpop: 'it has no DPoP',
  },
  load: () => import('@badgateway/oauth2-client'),
  tokens: (place, library) => {
    const wrapper = wrapperOf(place, library);
    return { get: () => wrapper.getAccessToken(), authorizationOf };
  },
  firstToken: (place, library) => wrapperOf(place, library).getAccessToken(),
  // One OAuth2Fetch for each key, in a Map of the user's.
  byKey: (place, library) => {
    const wrappers = new Map();
    return {
      get: (audience) => {
        let wrapper = wrappers.get(audience);
        if (wrapper === undefined) wrappers.set(audience, (wrapper = wrapperOf(place, library, { audience })));
        return wrapper.getAccessToken();
      },
    };
  },
  fetching: (place, library) => {
    const wrapper = wrapperOf(place, library);
    return { call: (url) => wrapper.fetch(url) };
  },
  // It has nothing for Axios: an interceptor of the user's.
  axios: async (place, library) => {
    const { default: axios } = await import('axios');
    const wrapper = wrapperOf(place, library);
    const http = axios.create();
    http.interceptors.request.use(async (config) => {
      config.headers.set('authorization', authorizationOf(await wrapper.getAccessToken()));
      return config;
    });
    return { call: (url) => http.get(url) };
  },
};

function wrapperOf({ tokenEndpoint, fetch }, { OAuth2Client, OAuth2Fetch }, extraParams) {
  const settings = { tokenEndpoint, clientId: client.id, clientSecret: client.secret, ...(fetch && { fetch }) };
  const oauth = new OAuth2Client(settings);
  return new OAuth2Fetch({ client: oauth, getNewToken: () => oauth.clientCredentials({ extraParams }) });
}

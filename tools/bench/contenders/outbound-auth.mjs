import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { client } from '../measuring/request-token.mjs';

const authorizationOf = (token) => token.authorization;

/** Ours, by its public API alone. It is what is measured against all others. */
export const contender = {
  name: 'Outbound Auth',
  isOurs: true,
  load: ({ core }) => import(pathToFileURL(core.entry)),
  tokens: (place, library) => {
    const one = clientOf(place, library);
    return { get: () => one.getAccessToken(), authorizationOf };
  },
  firstToken: (place, library) => clientOf(place, library).getAccessToken(),
  synchronous: async (place, library) => {
    const one = clientOf(place, library);
    await one.getAccessToken();
    return { get: () => one.peekAccessToken() };
  },
  byParameters: (place, library) => {
    const one = clientOf(place, library);
    return { get: (parameters) => one.getAccessToken(parameters) };
  },
  bySubject: (place, library) => {
    const auth = authOf(place, library, { grant: library.tokenExchange() });
    const one = auth.client('bench');
    return { get: () => one.getAccessToken(), run: (token, work) => auth.withSubjectToken(token, work) };
  },
  byKey: (place, library) => {
    const one = clientOf(place, library, { memoryCacheSize: place.capacity });
    return { get: (audience) => one.getAccessToken({ audience }) };
  },
  fetching: (place, library) => fetchingWith(authOf(place, library)),
  axios: (place, library) => axiosWith(place, authOf(place, library)),
  fetchingWithDpop: (place, library) => fetchingWith(authOf(place, library, { dpop: true })),
  axiosWithDpop: (place, library) => axiosWith(place, authOf(place, library, { dpop: true })),
  serving: (place, library) => ({ auth: authOf(place, library), answer: async () => 'ok' }),
  servingUsers: (place, library) => {
    const auth = authOf(place, library, { grant: library.tokenExchange() });
    const answer = async (outbound) => (await outbound.client('bench').getAccessToken()).authorization;
    return { auth, answer };
  },
};

function authOf({ tokenEndpoint, api, fetch }, { createOutboundAuth }, options) {
  const own = { tokenEndpoint, clientId: client.id, clientSecret: client.secret, attachTo: [api], ...options };
  return createOutboundAuth({ clients: { bench: own }, ...(fetch && { fetch }) });
}

function clientOf(place, library, options) {
  return authOf(place, library, options).client('bench');
}

function fetchingWith(auth) {
  return { call: (url) => auth.fetch(url) };
}

async function axiosWith({ core }, auth) {
  const [{ default: axios }, { attachOutboundAuth }] = await Promise.all([import('axios'), adapterBeside(core)]);
  const http = axios.create();
  attachOutboundAuth(http, auth);
  return { call: (url) => http.get(url) };
}

function adapterBeside({ label, folder }) {
  if (label !== 'before') return import('@outbound-auth/axios');
  return import(pathToFileURL(path.resolve(folder, '../axios/dist/index.mjs')));
}

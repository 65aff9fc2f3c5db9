// A floor: a header that somebody has made. No token logic.
import { dpopProofs } from '../measuring/dpop-proofs.mjs';
import { requestToken } from '../measuring/request-token.mjs';

export const contender = {
  name: 'static header',
  isFloor: true,
  tokens: async (place) => {
    const header = await headerFrom(place);
    return { get: async () => header, authorizationOf: (text) => text };
  },
  synchronous: async (place) => {
    const header = await headerFrom(place);
    return { get: () => header };
  },
  fetching: async (place) => {
    const headers = { authorization: await headerFrom(place) };
    return { call: (url) => fetch(url, { headers }) };
  },
  axios: async (place) => {
    const { default: axios } = await import('axios');
    const http = axios.create({ headers: { authorization: await headerFrom(place) } });
    return { call: (url) => http.get(url) };
  },
  fetchingWithDpop: async (place) => {
    const { authorization, proof } = await boundHeaders(place);
    return { call: async (url) => fetch(url, { headers: { authorization, dpop: await proof('GET', url) } }) };
  },
  axiosWithDpop: async (place) => {
    const { default: axios } = await import('axios');
    const { authorization, proof } = await boundHeaders(place);
    const http = axios.create({ headers: { authorization } });
    return { call: async (url) => http.get(url, { headers: { dpop: await proof('GET', url) } }) };
  },
  serving: () => ({ answer: async () => 'ok' }),
  servingUsers: async (place) => {
    const header = await headerFrom(place);
    return { answer: async () => header };
  },
};

async function headerFrom(place) {
  return `Bearer ${(await requestToken(place)).access_token}`;
}

async function boundHeaders(place) {
  const { access_token: token } = await requestToken({ ...place, headers: { dpop: 'wanted' } });
  return { authorization: `DPoP ${token}`, proof: await dpopProofs(token) };
}

// A floor: a promise cache of ten lines, as many services have one.
import { AsyncLocalStorage } from 'node:async_hooks';
import { requestToken } from '../measuring/request-token.mjs';

/** What is asked for is a token with its moment of expiry, counted from before it was asked for. */
function promiseCache(request) {
  let token;
  let flight;
  return async () => {
    if (token !== undefined && Date.now() < token.expiresAt) return token.authorization;
    flight ??= request().finally(() => (flight = undefined));
    token = await flight;
    return token.authorization;
  };
}

async function timedToken(place, parameters) {
  const sentAt = Date.now();
  const { access_token: value, expires_in: lifetime } = await requestToken(place, parameters);
  return { authorization: `Bearer ${value}`, expiresAt: sentAt + lifetime * 1_000 };
}

/** A Map of such caches. */
function cachesOf(requestFor) {
  const caches = new Map();
  return (key) => {
    let get = caches.get(key);
    if (get === undefined) caches.set(key, (get = promiseCache(() => requestFor(key))));
    return get();
  };
}

const authorizationOf = (text) => text;

export const contender = {
  name: 'hand-rolled',
  isFloor: true,
  tokens: (place) => ({ get: promiseCache(() => timedToken(place)), authorizationOf }),
  firstToken: (place) => timedToken(place),
  synchronous: async (place) => {
    const token = await timedToken(place);
    return { get: () => (Date.now() < token.expiresAt ? token.authorization : undefined) };
  },
  byParameters: (place) => {
    const get = cachesOf((key) => timedToken(place, JSON.parse(key)));
    return { get: ({ scope, audience }) => get(JSON.stringify({ scope, audience })) };
  },
  bySubject: (place) => {
    const subject = new AsyncLocalStorage();
    const get = cachesOf((subjectToken) => timedToken(place, { subject_token: subjectToken }));
    return { get: () => get(subject.getStore()), run: (subjectToken, work) => subject.run(subjectToken, work) };
  },
  byKey: (place) => ({ get: cachesOf((audience) => timedToken(place, { audience })) }),
  fetching: (place) => {
    const get = promiseCache(() => timedToken(place));
    return { call: async (url) => fetch(url, { headers: { authorization: await get() } }) };
  },
  axios: async (place) => {
    const { default: axios } = await import('axios');
    const get = promiseCache(() => timedToken(place));
    const http = axios.create();
    http.interceptors.request.use(async (config) => {
      config.headers.set('authorization', await get());
      return config;
    });
    return { call: (url) => http.get(url) };
  },
};

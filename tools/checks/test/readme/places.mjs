import { startAuthorizationServer, startProtectedApi } from '@outbound-auth/testing';

const issuer = 'https://idp.example.com';
const addresses = /https:\/\/[\w.-]+\.example(?:\.com)?(?![\w.-]*\w)/g;

/** Servers on loopback for all addresses that snippets name, and how their text is led there. */
export async function startPlaces(snippets) {
  const server = await startAuthorizationServer();
  const named = new Set(snippets.flatMap(({ code }) => code.match(addresses) ?? []));
  named.delete(issuer);
  const started = [...named].map(async (address) => [address, await startProtectedApi({ verify: server })]);
  const apis = new Map(await Promise.all(started));
  return {
    server,
    api: (address) => {
      if (apis.has(address)) return apis.get(address);
      throw new Error(`No snippet names ${address}, but ${[...apis.keys()].join(', ') || 'none at all'}`);
    },
    leadTo: (code) => code.replace(addresses, (address) => apis.get(address)?.origin ?? server.issuer),
    close: () => Promise.all([server.close(), ...[...apis.values()].map((api) => api.close())]),
  };
}

import type { OutboundAuth } from '@outbound-auth/core';
import { describe, it } from 'vitest';
import {
  adapterContract,
  type AskedToken,
  callByFetch,
  type FakeClientOptions,
  fakeOutboundAuth,
  type FakeOutboundAuth,
} from '../../src/index.ts';

// All that holds for the real one holds for a fake whose tokens come from the suite's server. They are never bound to a key.
adapterContract(
  {
    describe: (title, body) => {
      if (title !== 'proving') describe(title, body);
    },
    it,
  },
  {
    name: 'fakeOutboundAuth',
    start: async (auth) => {
      let fake: FakeOutboundAuth | undefined;
      return {
        call: (call) => {
          const { origin } = new URL(call.url);
          if (auth.client('reader').covers(`${origin}/v2`)) fake ??= fakeFor(auth, origin);
          const present = fake ?? fakeFor(auth, 'https://nowhere.invalid');
          return callByFetch(call, (url, init) => present.fetch(url, init));
        },
        close: async () => fake?.close(),
      };
    },
  },
);

function fakeFor(auth: OutboundAuth<string>, origin: string): FakeOutboundAuth {
  const clientOf = (name: string, path: string): FakeClientOptions => ({
    token: tokensOf(auth, name),
    attachTo: [`${origin}/${path}`],
  });
  const clients = {
    reader: { ...clientOf('reader', 'v2'), headers: { 'x-api-key': 'api-key-of-the-reader' } },
    first: clientOf('first', 'shared'),
    second: clientOf('second', 'shared'),
    refused: clientOf('refused', 'refused'),
    exchanging: { ...clientOf('exchanging', 'users'), onBehalfOf: true },
  };
  return fakeOutboundAuth<string>(clients, { network: 'pass' });
}

/** The tokens that a real client gets; another where one is asked for once more. */
function tokensOf(auth: OutboundAuth<string>, name: string): FakeClientOptions['token'] {
  const given = new Set<string>();
  return ({ scope, subjectToken }: AskedToken) => {
    const client = auth.client(name);
    const parameters = { scope };
    const key = JSON.stringify([scope, subjectToken]);
    return auth.withSubjectToken(subjectToken, async () => {
      // The server has no address for it; here the token is forgotten all the same.
      if (given.has(key)) await client.revoke(parameters).catch(() => undefined);
      const token = await client.getAccessToken(parameters);
      given.add(key);
      return token.value;
    });
  };
}

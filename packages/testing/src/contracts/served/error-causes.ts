import type { ErrorCode, Outbound } from '@outbound-auth/core';
import type { Changes, ServedScenario } from './served-scenario.ts';

/** What goes wrong in a request, and what a framework makes of it. */
export interface ErrorCause {
  readonly code: ErrorCode;
  /** For the title. */
  readonly what: string;
  readonly status: 401 | 500 | 502 | 503 | 504;
  /** True where the answer is to tell when it may be worth asking again. */
  readonly retryAfter?: true;
  readonly changes?: Changes;
  /** What the route does; by default it calls out by `own`. */
  readonly work?: (outbound: Outbound<string>, scene: ServedScenario) => Promise<unknown>;
}

/** Mistakes of the service itself, and what its users lack. */
export const errorsOfTheService: readonly ErrorCause[] = [
  {
    code: 'subject_token_missing',
    what: 'a user’s call without a user',
    status: 401,
    work: (outbound, { api }) => outbound.fetch(`${api.origin}/users`),
  },
  {
    code: 'subject_token_refused',
    what: 'a user’s token that the server refuses',
    status: 401,
    changes: ({ server }) => {
      server.respondWith(() => ({ status: 400, body: { error: 'invalid_grant' } }));
      return {};
    },
    work: (_outbound, { api, auth }) => auth.withSubjectToken('ended', () => auth.fetch(`${api.origin}/users`)),
  },
  {
    code: 'unknown_client',
    what: 'a client that there is not',
    status: 500,
    work: async (outbound, { api }) => outbound.client('nobody').fetch(api.origin),
  },
  {
    code: 'unknown_client',
    what: 'a tenant that there is not',
    status: 500,
    changes: () => ({ resolveClient: () => undefined }),
    work: (outbound) => outbound.tenant('nobody'),
  },
  {
    code: 'ambiguous_client',
    what: 'an address that two clients cover',
    status: 500,
    changes: ({ client }) => ({ clients: { one: client, other: client } }),
  },
  {
    code: 'outside_attach_to',
    what: 'an address that the client does not cover',
    status: 500,
    work: (outbound, { api }) => outbound.client('own').fetch(`${api.origin}/elsewhere`),
  },
  {
    code: 'unmatched_address',
    what: 'an address that no client covers, where those are refused',
    status: 500,
    changes: () => ({ unmatched: 'refuse' }),
    work: (outbound, { api }) => outbound.fetch(`${api.origin}/elsewhere`),
  },
  {
    code: 'invalid_call',
    what: 'user info in the address',
    status: 500,
    work: (outbound, { api }) => outbound.fetch(`${api.origin.replace('//', '//user:word@')}/own`),
  },
  {
    code: 'invalid_options',
    what: 'parameters that a call cannot change',
    status: 500,
    work: (outbound) => outbound.client('own').getAccessToken({ parameters: { grant_type: 'own' } }),
  },
  {
    code: 'closed',
    what: 'an auth that is closed',
    status: 503,
    work: async (outbound, { api, auth }) => {
      await auth.close();
      return outbound.fetch(`${api.origin}/own`);
    },
  },
];

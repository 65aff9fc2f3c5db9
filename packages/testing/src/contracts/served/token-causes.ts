import { type ClientOptions, refreshToken } from '@outbound-auth/core';
import { randomBytes } from 'node:crypto';
import { memoryStore } from '../../memory-store.ts';
import type { ScriptedAnswer } from '../../scripted-answer.ts';
import type { ErrorCause } from './error-causes.ts';
import type { Changes } from './served-scenario.ts';

// Shorter than the pause after a failed attempt, so that nobody waits for the next one.
const waitTimeout = 0.2;
const once = { attempts: 1, waitTimeout };

/** A server that is not only wrong about the secret, but tells it back. */
const refusing: Changes = (upstream) => {
  const body = { error: 'invalid_client', error_description: `not ${upstream.client.clientSecret}` };
  return answering({ status: 401, body })(upstream);
};

/** A token endpoint that answers so, and a client that does not wait for a better answer. */
function answering(answer: ScriptedAnswer, own: Partial<ClientOptions> = {}): Changes {
  return ({ server }) => {
    server.respondWith(() => answer);
    return { own: { ...once, ...own } };
  };
}

/** Whatever keeps a token from being had. */
export const errorsOfTokens: readonly ErrorCause[] = [
  {
    code: 'credential_unavailable',
    what: 'a secret that cannot be read',
    status: 502,
    changes: () => ({ own: { clientSecret: () => Promise.reject(new Error('the vault is sealed')) } }),
  },
  {
    code: 'token_request_refused',
    what: 'a client that the server refuses',
    status: 502,
    changes: refusing,
  },
  {
    code: 'token_request_refused',
    what: 'a client that was refused just now',
    status: 503,
    retryAfter: true,
    changes: refusing,
    work: async (outbound, { api }) => {
      await outbound.fetch(`${api.origin}/own`).catch(() => undefined);
      return outbound.fetch(`${api.origin}/own`);
    },
  },
  {
    code: 'invalid_token_response',
    what: 'nonsense in place of a token',
    status: 502,
    changes: answering({ body: 'nonsense' }),
  },
  {
    code: 'discovery_failed',
    what: 'nonsense in place of metadata',
    status: 502,
    changes: ({ server }) => {
      server.discovery.respondWith(() => ({ body: 'nonsense' }));
      return { own: { ...once, issuer: server.issuer, tokenEndpoint: undefined } };
    },
  },
  {
    code: 'token_endpoint_unreachable',
    what: 'a server that cannot be reached',
    status: 503,
    retryAfter: true,
    changes: answering({ fault: 'reset' }),
  },
  {
    code: 'token_endpoint_failed',
    what: 'a server in trouble',
    status: 503,
    retryAfter: true,
    changes: answering({ status: 500 }),
  },
  {
    code: 'token_endpoint_failed',
    what: 'a server that wants to be left alone for a while',
    status: 503,
    retryAfter: true,
    changes: answering({ status: 429, headers: { 'retry-after': '7' } }),
  },
  {
    code: 'token_request_timeout',
    what: 'a server that never answers',
    status: 504,
    changes: answering({ fault: 'hang' }),
    work: async (outbound, { api, server, clock }) => {
      const call = outbound.fetch(`${api.origin}/own`);
      call.catch(() => undefined);
      await server.waitForRequests(1);
      await clock.advance(waitTimeout * 1000);
      return call;
    },
  },
  {
    code: 'too_many_requests',
    what: 'more token requests than may be under way',
    status: 503,
    retryAfter: true,
    changes: answering({ fault: 'hang' }, { maxTokenRequests: 1 }),
    work: async (outbound, { server }) => {
      const own = outbound.client('own');
      own.getAccessToken({ scope: 'first' }).catch(() => undefined);
      await server.waitForRequests(1);
      return own.getAccessToken({ scope: 'second' });
    },
  },
  {
    code: 'session_unavailable',
    what: 'a session that cannot be reached',
    status: 503,
    retryAfter: true,
    changes: () => {
      const store = memoryStore();
      store.fail('down');
      return { store, encryptionKeys: [randomBytes(32)], own: { grant: refreshToken('a-refresh-token') } };
    },
  },
  {
    code: 'revocation_failed',
    what: 'a revocation that fails',
    status: 502,
    changes: ({ server }) => ({ own: { revocationEndpoint: `${server.issuer}/nowhere` } }),
    work: async (outbound) => {
      await outbound.client('own').getAccessToken();
      return outbound.client('own').revoke();
    },
  },
];

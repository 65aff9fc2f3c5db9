import { expectTypeOf } from 'vitest';
import {
  type AccessToken,
  clientCredentials,
  clientSecretBasic,
  clientSecretPost,
  type ClientOptions,
  createOutboundAuth,
  env,
  type OutboundAuth,
  type OutboundAuthError,
} from '../src/index.ts';

const billing = {
  issuer: 'https://idp.example.com',
  clientId: 'orders-service',
  clientSecret: 'a-secret',
  attachTo: ['https://api.billing.example/v2'],
} as const satisfies ClientOptions;

// The names of the clients are inferred, from options written in place or before.
const auth = createOutboundAuth({ clients: { billing, ledger: { ...billing, clientSecret: env('LEDGER') } } });
expectTypeOf(auth).toEqualTypeOf<OutboundAuth<'billing' | 'ledger'>>();
auth.client('ledger');
// @ts-expect-error -- no such client
auth.client('biling');
void auth.fetch('https://api.billing.example', { outboundAuth: { client: 'billing', scope: ['a'] } });
// @ts-expect-error -- no such client
void auth.fetch('https://api.billing.example', { outboundAuth: { client: 'biling' } });
// @ts-expect-error -- no such option of a call
void auth.fetch('https://api.billing.example', { outboundAuth: { scopes: 'a' } });
void auth.fetch('https://api.billing.example', { outboundAuth: false });
// @ts-expect-error -- there is only false, to switch it off
void auth.fetch('https://api.billing.example', { outboundAuth: true });
// @ts-expect-error -- a client's own fetch can't be another's
void auth.client('billing').fetch('https://api.billing.example', { outboundAuth: { client: 'ledger' } });
expectTypeOf(auth.client('billing').getAccessToken()).toEqualTypeOf<Promise<AccessToken>>();

// Options that come from elsewhere have names that are not known.
declare const named: Record<string, ClientOptions>;
expectTypeOf(createOutboundAuth({ clients: named })).toEqualTypeOf<OutboundAuth<string>>();

// Every option of a client, and every form that it may have.
createOutboundAuth({
  clients: {
    all: {
      issuer: 'https://idp.example.com',
      tokenEndpoint: 'https://idp.example.com/token',
      clientId: 'orders-service',
      clientSecret: () => Promise.resolve('a-secret'),
      grant: clientCredentials(),
      scope: ['a', 'b'],
      audience: 'a',
      resource: ['urn:a'],
      parameters: { one: 'a', more: ['b', 'c'] },
      attachTo: ['https://api.billing.example'],
      headers: { 'x-api-key': env('KEY'), 'x-plain': 'a' },
      allowInsecureRequests: true,
      requestTimeout: 4,
      defaultLifetime: 300,
      expiryMargin: 30,
      expiryMarginShare: 0.05,
      renewalMargin: 300,
      renewalMarginShare: 0.25,
      renewalJitter: 0.05,
      renewal: 'foreground',
      memoryCacheSize: 10,
    },
    post: { ...billing, clientAuthentication: clientSecretPost(env('SECRET')) },
    own: {
      ...billing,
      clientAuthentication: async ({ headers, secret }) => headers.set('x-secret', await secret('a')),
    },
  },
  unmatched: 'refuse',
  onEvent: (event) => {
    // Not every event is about a client.
    expectTypeOf(event).not.toHaveProperty('client');
    if (event.type === 'token.failed') expectTypeOf(event.error).toEqualTypeOf<OutboundAuthError>();
  },
  fetch: (input, init) => fetch(input, init),
  clock: { now: () => 0, after: () => () => undefined },
  random: Math.random,
});

// A misspelt or wrong option is an error where it stands.
// @ts-expect-error -- misspelt
createOutboundAuth({ clients: { billing }, onevent: () => undefined });
// @ts-expect-error -- misspelt
createOutboundAuth({ client: { billing } });
// @ts-expect-error -- missing
createOutboundAuth({});
createOutboundAuth({
  clients: {
    billing: {
      issuer: 'https://idp.example.com',
      clientId: 'a',
      // @ts-expect-error -- misspelt
      clientsecret: 'a',
      attachTo: ['https://api.billing.example'],
    },
  },
});
createOutboundAuth({
  clients: {
    good: billing,
    // @ts-expect-error -- clientId is missing
    bad: { issuer: 'https://idp.example.com', attachTo: ['https://api.billing.example'] },
  },
});
createOutboundAuth({
  clients: {
    // @ts-expect-error -- attachTo is missing
    billing: { issuer: 'https://idp.example.com', clientId: 'a', clientSecret: 'a' },
  },
});
// @ts-expect-error -- a text of two
createOutboundAuth({ clients: { billing }, unmatched: 'ignore' });
// @ts-expect-error -- a number of seconds, and no text
createOutboundAuth({ clients: { billing: { ...billing, requestTimeout: '4' } } });
// @ts-expect-error -- the function that makes a grant is none
createOutboundAuth({ clients: { billing: { ...billing, grant: clientCredentials } } });
// @ts-expect-error -- the function that makes a client authentication is none
createOutboundAuth({ clients: { billing: { ...billing, clientAuthentication: clientSecretBasic } } });
// @ts-expect-error -- a variable that may be unset is no secret; env() reads it when it is needed
createOutboundAuth({ clients: { billing: { ...billing, clientSecret: process.env['SECRET'] } } });
// @ts-expect-error -- the same
clientSecretBasic(process.env['SECRET']);

declare const maybe: string | undefined;
declare const signal: AbortSignal | undefined;
// What is undefined counts as not given, so optional values can be handed on as they are.
void auth.client('billing').getAccessToken({ scope: maybe, audience: maybe }, { signal });
void auth.fetch('https://api.example', { outboundAuth: { scope: maybe, client: undefined } });
void auth.fetch('https://api.example', { outboundAuth: undefined });
export const optional: ClientOptions = {
  issuer: maybe,
  tokenEndpoint: maybe,
  clientId: 'a',
  clientSecret: 'a-secret',
  attachTo: [],
};

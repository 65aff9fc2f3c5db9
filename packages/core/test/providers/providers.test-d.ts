import { expectTypeOf } from 'vitest';
import { type ClientOptions, createOutboundAuth, env, onBehalfOf, type OutboundAuth } from '../../src/index.ts';
import {
  cognito,
  empower,
  empowerId,
  entraId,
  type FurtherOptions,
  googleServiceAccount,
  jwtPlatform,
  okta,
  usageEngine,
} from '../../src/providers/index.ts';

const registered = { clientId: 'orders', clientSecret: env('SECRET') };
const attachTo = ['https://api.example'] as const;

// A provider stands where a client's options stand, and names are inferred beside it.
const auth = createOutboundAuth({
  clients: {
    meters: usageEngine({ ...registered, audience: 'https://api.example/' }),
    billing: { ...registered, issuer: 'https://idp.example', attachTo },
  },
});
expectTypeOf(auth).toEqualTypeOf<OutboundAuth<'meters' | 'billing'>>();

// Whatever the system leaves open can be given; what it settles cannot.
declare const further: FurtherOptions;
expectTypeOf(
  jwtPlatform({ ...further, ...registered, base: 'https://platform.example' }),
).toEqualTypeOf<ClientOptions>();
entraId({
  ...registered,
  tenant: 't.example',
  resource: 'api://a',
  attachTo,
  grant: onBehalfOf(),
  proxy: 'environment',
});
// @ts-expect-error -- its grant is the password's
empowerId({ ...registered, host: 'id.example', username: 'anna', password: 'a-word', grant: onBehalfOf() });
// @ts-expect-error -- its token endpoint follows from the domain
cognito({ ...registered, domain: 'pool', region: 'eu-west-1', attachTo, tokenEndpoint: 'https://idp.example/token' });

// @ts-expect-error -- no such option
okta({ ...registered, domain: 'o.okta.com', attachTo, authorisationServer: 'org' });
// @ts-expect-error -- no API key
empower({ ...registered, tokenEndpoint: 'https://idp.example/token', attachTo });
// @ts-expect-error -- no scope
googleServiceAccount({ credentials: '{}', attachTo });
// An object that was read from a key file holds more than is used.
declare const file: { type: string; client_email: string; private_key: string; universe_domain: string };
googleServiceAccount({ credentials: file, scope: ['read'], attachTo });
// A function gives it anew for each token; its key is then a text, as the file says it.
googleServiceAccount({ credentials: async () => file, clientEmail: 'a@b.example', scope: ['read'], attachTo });
googleServiceAccount({ credentials: () => '{}', clientEmail: 'a@b.example', scope: ['read'], attachTo });
const unread = { client_email: 'a@b.example', private_key: () => 'a-key' };
googleServiceAccount({ credentials: unread, scope: ['read'], attachTo });
// @ts-expect-error -- a function within a function
googleServiceAccount({ credentials: () => unread, clientEmail: 'a@b.example', scope: ['read'], attachTo });
// @ts-expect-error -- its grant is client credentials alone
empower({ ...registered, tokenEndpoint: 'https://idp.example/token', apiKey: 'k', attachTo, grant: onBehalfOf() });

import { clientSecretPost } from '../client-authentication/client-secret-post.ts';
import type { ClientOptions } from '../options/options.ts';
import { type RegistrationOptions, withFurther } from './provider-options.ts';
import { readBase } from './read-base.ts';
import { readCredentials, readOptions, requireAttachTo, requireClientId, take } from './read-options.ts';

/** An application registered at Auth0, and the API that it calls. */
export interface Auth0Options extends Omit<RegistrationOptions, 'audience'> {
  /** The tenant's domain, or its custom domain: `my-tenant.eu.auth0.com`. */
  readonly domain: string;
  /** The API's identifier, sent exactly as it is given: Auth0 gives one token for one API. */
  readonly audience: string;
  /** The address prefixes of the API: an identifier need not be an address. */
  readonly attachTo: readonly string[];
}

/**
 * A client at Auth0: client credentials in the body, for one audience. With a key pair, give
 * `clientAuthentication: privateKeyJwt(key)`.
 *
 * @see https://auth0.com/docs/get-started/authentication-and-authorization-flow/client-credentials-flow
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import { auth0 } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     billing: auth0({
 *       domain: 'my-tenant.eu.auth0.com',
 *       clientId: 'orders-service',
 *       clientSecret: env('BILLING_SECRET'),
 *       audience: 'https://api.billing.example',
 *       attachTo: ['https://api.billing.example/v2'],
 *     }),
 *   },
 * });
 * ```
 */
export function auth0(options: Auth0Options): ClientOptions {
  const { base, credentials } = readOptions('auth0', options, (reader) => {
    requireClientId(reader);
    reader.requiredText('audience', 'give the identifier of the API that the token is for');
    requireAttachTo(reader);
    take(reader, 'grant');
    return {
      base: readBase(reader, 'domain', { example: 'my-tenant.eu.auth0.com' }),
      credentials: readCredentials(reader, (secret) => ({ clientAuthentication: clientSecretPost(secret) })),
    };
  });
  const { domain, clientId, clientSecret, clientAuthentication, grant, audience, attachTo, ...further } = options;
  const own: ClientOptions = {
    // With its slash: an assertion for the issuer must say it exactly so.
    issuer: `${base}/`,
    tokenEndpoint: `${base}/oauth/token`,
    clientId,
    ...credentials,
    grant,
    audience,
    attachTo,
  };
  return withFurther(own, further);
}

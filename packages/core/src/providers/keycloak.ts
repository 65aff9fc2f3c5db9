import type { ClientOptions } from '../options/options.ts';
import { type RegistrationOptions, withFurther } from './provider-options.ts';
import { readBase, readSegment } from './read-base.ts';
import { readCredentials, readOptions, requireAttachTo, requireClientId, take } from './read-options.ts';

/** A client of a Keycloak realm. */
export interface KeycloakOptions extends RegistrationOptions {
  /** Keycloak's address: `https://id.example.com`; with `/auth` behind it where Keycloak is served there. */
  readonly base: string;
  /** The realm's name. */
  readonly realm: string;
  /** The address prefixes that the token is sent to. */
  readonly attachTo: readonly string[];
}

/**
 * A client at Keycloak: client credentials by HTTP Basic (a service account), or any other grant, such as
 * `tokenExchange()`.
 *
 * @see https://www.keycloak.org/securing-apps/oidc-layers
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { createOutboundAuth, env, tokenExchange } from '@outbound-auth/core';
 * import { keycloak } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     ledger: keycloak({
 *       base: 'https://id.example.com',
 *       realm: 'orders',
 *       clientId: 'orders-service',
 *       clientSecret: env('LEDGER_SECRET'),
 *       grant: tokenExchange(),
 *       audience: 'ledger',
 *       attachTo: ['https://ledger.example'],
 *     }),
 *   },
 * });
 * ```
 */
export function keycloak(options: KeycloakOptions): ClientOptions {
  const { issuer, credentials } = readOptions('keycloak', options, (reader) => {
    requireClientId(reader);
    requireAttachTo(reader);
    take(reader, 'grant');
    const address = readBase(reader, 'base', { example: 'https://id.example.com', path: true });
    const name = readSegment(reader, 'realm', "give the realm's name");
    return { issuer: `${address}/realms/${name}`, credentials: readCredentials(reader) };
  });
  const { base, realm, clientId, clientSecret, clientAuthentication, grant, attachTo, ...further } = options;
  const own: ClientOptions = {
    issuer,
    tokenEndpoint: `${issuer}/protocol/openid-connect/token`,
    revocationEndpoint: `${issuer}/protocol/openid-connect/revoke`,
    clientId,
    ...credentials,
    grant,
    attachTo,
  };
  return withFurther(own, further);
}

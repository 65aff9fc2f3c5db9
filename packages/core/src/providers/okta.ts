import type { ClientOptions } from '../options/options.ts';
import { type RegistrationOptions, withFurther } from './provider-options.ts';
import { readBase, readSegment } from './read-base.ts';
import { readCredentials, readOptions, requireAttachTo, requireClientId, take } from './read-options.ts';

/** An application registered at Okta, and which of its authorization servers gives the token. */
export interface OktaOptions extends RegistrationOptions {
  /** The org's domain, or its custom domain: `my-org.okta.com`. */
  readonly domain: string;
  /**
   * The id of an authorization server, or `org` for the org's own, whose tokens are for Okta's APIs. Default: `default`.
   */
  readonly authorizationServer?: 'default' | 'org' | (string & {}) | undefined;
  /** The address prefixes that the token is sent to. Default: the domain with `authorizationServer: 'org'`, else none. */
  readonly attachTo?: readonly string[] | undefined;
}

/**
 * A client at Okta: client credentials by HTTP Basic, or by a key pair (`clientAuthentication: privateKeyJwt(key)`), which
 * the org's own authorization server demands. Tokens may be bound to a key: `dpop: true`.
 *
 * @see https://developer.okta.com/docs/guides/implement-grant-type/clientcreds/main/
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { createOutboundAuth, privateKeyJwt } from '@outbound-auth/core';
 * import { okta } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     ledger: okta({
 *       domain: 'my-org.okta.com',
 *       clientId: '0oa1orders',
 *       clientAuthentication: privateKeyJwt(() => readFile('ledger.pem', 'utf8'), { keyId: 'ledger-1' }),
 *       scope: 'entries:read',
 *       dpop: true,
 *       attachTo: ['https://ledger.example'],
 *     }),
 *   },
 * });
 * ```
 */
export function okta(options: OktaOptions): ClientOptions {
  const { base, server, credentials } = readOptions('okta', options, (reader) => {
    const authorizationServer = reader.value('authorizationServer');
    const remedy = "give the authorization server's id, such as aus1abc, or 'org'";
    requireClientId(reader);
    take(reader, 'attachTo', 'grant');
    if (authorizationServer !== 'org') requireAttachTo(reader);
    return {
      base: readBase(reader, 'domain', { example: 'my-org.okta.com' }),
      server: authorizationServer === undefined ? 'default' : readSegment(reader, 'authorizationServer', remedy),
      credentials: readCredentials(reader),
    };
  });
  const { domain, authorizationServer, clientId, clientSecret, clientAuthentication, ...others } = options;
  const { grant, attachTo = [base], ...further } = others;
  const endpoints = server === 'org' ? `${base}/oauth2/v1` : `${base}/oauth2/${server}/v1`;
  const own: ClientOptions = {
    // No issuer: Okta wants a client assertion to name the very endpoint that it is sent to.
    tokenEndpoint: `${endpoints}/token`,
    revocationEndpoint: `${endpoints}/revoke`,
    clientId,
    ...credentials,
    grant,
    attachTo,
  };
  return withFurther(own, further);
}

import type { PrivateKeySource } from '../assertions/signing-key.ts';
import { none } from '../client-authentication/none.ts';
import { jwtBearer } from '../grants/jwt-bearer.ts';
import type { ClientOptions } from '../options/options.ts';
import { type FurtherOptions, withFurther } from './provider-options.ts';
import { readBase } from './read-base.ts';
import { readKey, readOptions, requireAttachTo, requireClientId, take } from './read-options.ts';

/** A connected app of Salesforce, and the user in whose name it calls. */
export interface SalesforceOptions extends Omit<FurtherOptions, 'audience'> {
  /** The app's consumer key (`iss`). */
  readonly clientId: string;
  /** The user's name (`sub`): `orders@example.com`. */
  readonly username: string;
  /** The RSA private key of the app's certificate, or a function that gives it whenever a token is requested. */
  readonly key: PrivateKeySource;
  /**
   * Where tokens are requested: `https://login.salesforce.com`, `https://test.salesforce.com`, or a My Domain.
   * Default: `https://login.salesforce.com`.
   */
  readonly loginUrl?: string | undefined;
  /**
   * Whom the assertion is for (`aud`). Default: `https://test.salesforce.com` where `loginUrl` is that, or the My Domain of
   * a sandbox or scratch org; else `https://login.salesforce.com`.
   */
  readonly audience?: string | undefined;
  /** The address prefixes of the org. Default: `loginUrl`, where that is a My Domain; else none. */
  readonly attachTo?: readonly string[] | undefined;
}

/**
 * A client of Salesforce's APIs by the JWT bearer flow. Salesforce doesn't say how long a token lives: `defaultLifetime`
 * is 900 s, the shortest session timeout that an org can set; where yours is longer, give that.
 *
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm&type=5
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { createOutboundAuth } from '@outbound-auth/core';
 * import { salesforce } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     crm: salesforce({
 *       clientId: '3MVG9orders',
 *       username: 'orders@example.com',
 *       key: () => readFile('salesforce.pem', 'utf8'),
 *       loginUrl: 'https://my-company.my.salesforce.com',
 *     }),
 *   },
 * });
 * ```
 */
export function salesforce(options: SalesforceOptions): ClientOptions {
  const login = readOptions('salesforce', options, (reader) => {
    requireClientId(reader);
    reader.requiredText('username', 'give the name of the user in whose name the calls are made');
    readKey(reader, 'key', 'RS256');
    reader.text('audience');
    take(reader, 'attachTo');
    const fallback = 'https://login.salesforce.com';
    const address = readBase(reader, 'loginUrl', {
      example: 'https://my-company.my.salesforce.com',
      path: true,
      fallback,
    });
    if (!isMyDomain(address)) requireAttachTo(reader);
    return address;
  });
  const { clientId, username, key, loginUrl, attachTo = [login], ...others } = options;
  const { audience = `https://${isForTests(login) ? 'test' : 'login'}.salesforce.com`, ...further } = others;
  const own: ClientOptions = {
    tokenEndpoint: `${login}/services/oauth2/token`,
    clientId,
    clientAuthentication: none({ sendClientId: false }),
    grant: jwtBearer({ key, subject: username, audience, algorithm: 'RS256' }),
    defaultLifetime: 900,
    attachTo,
  };
  return withFurther(own, further);
}

function isMyDomain(address: string): boolean {
  return address.endsWith('.my.salesforce.com');
}

function isForTests(address: string): boolean {
  return /\/\/test\.salesforce\.com$|\.(?:sandbox|scratch)\.my\.salesforce\.com$/.test(address);
}

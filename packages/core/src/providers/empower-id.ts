import { clientSecretPost } from '../client-authentication/client-secret-post.ts';
import { password as byPassword } from '../grants/password.ts';
import type { ClientOptions } from '../options/options.ts';
import type { SecretSource } from '../secret.ts';
import { type FurtherOptions, withFurther } from './provider-options.ts';
import { readBase } from './read-base.ts';
import { readOptions, requireClientId, requireClientSecret, requireSecret, take } from './read-options.ts';

/** An OAuth application registered in EmpowerID, and the person in whose name it calls. */
export interface EmpowerIdOptions extends FurtherOptions {
  /** The EmpowerID web server: `id.example.com`, or its address. */
  readonly host: string;
  /** The application's client id. */
  readonly clientId: string;
  /** The application's client secret, sent in the body: text or a function. */
  readonly clientSecret: SecretSource;
  /** The person's name, sent by HTTP Basic: text or a function. */
  readonly username: SecretSource;
  /** The person's password: text or a function. */
  readonly password: SecretSource;
  /** The application's API key, as `X-EmpowerID-API-Key` on token requests and calls: text or a function. Default: none. */
  readonly apiKey?: SecretSource | undefined;
  /** The application's redirect URI, which older tenants want in token requests. Default: none. */
  readonly redirectUri?: string | undefined;
  /** How token requests are written; EmpowerID takes both. Default: `form`. */
  readonly format?: 'form' | 'json' | undefined;
  /** The address prefixes that the token is sent to. Default: `host`. */
  readonly attachTo?: readonly string[] | undefined;
}

/**
 * A client of EmpowerID's APIs: a person's token by name and password, the next by its refresh token, and by the password
 * once more if that is refused.
 *
 * @see https://iga-docs.empowerid.com/docs/developer-guide/web-api/api-examples/get-an-access-token
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import { empowerId } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     people: empowerId({
 *       host: 'id.example.com',
 *       apiKey: env('EMPOWERID_API_KEY'),
 *       clientId: 'orders-service',
 *       clientSecret: env('EMPOWERID_SECRET'),
 *       username: 'orders',
 *       password: env('EMPOWERID_PASSWORD'),
 *     }),
 *   },
 * });
 * ```
 */
export function empowerId(options: EmpowerIdOptions): ClientOptions {
  const address = readOptions('empowerId', options, (reader) => {
    requireClientId(reader);
    requireClientSecret(reader);
    take(reader, 'attachTo');
    requireSecret(reader, 'username', 'give the name of the person in whose name the calls are made');
    if (typeof options.username === 'string' && options.username.includes(':')) {
      reader.refuse('username', 'holds a colon, which HTTP Basic cannot say (RFC 7617); give a name without one');
    }
    requireSecret(reader, 'password', 'give the password of that person');
    reader.secret('apiKey');
    reader.text('redirectUri');
    reader.oneOf('format', ['form', 'json']);
    return readBase(reader, 'host', { example: 'id.example.com' });
  });
  const { host, clientId, clientSecret, username, password, apiKey, redirectUri, format, ...others } = options;
  const { attachTo = [address], ...further } = others;
  const headers = apiKey === undefined ? undefined : { 'x-empowerid-api-key': apiKey };
  const own: ClientOptions = {
    tokenEndpoint: `${address}/oauth/v2/token`,
    clientId,
    clientAuthentication: clientSecretPost(clientSecret),
    grant: byPassword({ username, password, sendAs: 'basic' }),
    tokenRequestFormat: format,
    tokenRequestHeaders: headers,
    parameters: redirectUri === undefined ? undefined : { redirect_uri: redirectUri },
    attachTo,
    headers,
  };
  return withFurther(own, further);
}

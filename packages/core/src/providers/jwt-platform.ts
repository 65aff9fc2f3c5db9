import { clientSecretBasic } from '../client-authentication/client-secret-basic.ts';
import type { ClientOptions } from '../options/options.ts';
import type { SecretSource } from '../secret.ts';
import { type FurtherOptions, withFurther } from './provider-options.ts';
import { readBase } from './read-base.ts';
import { readOptions, requireClientId, requireClientSecret, take } from './read-options.ts';

/** A client of a JWT platform API. */
export interface JwtPlatformOptions extends FurtherOptions {
  /** The platform's address: `https://platform.example.com`; a bare host means `https://`. */
  readonly base: string;
  /** The client identifier that was chosen: any characters. */
  readonly clientId: string;
  /** The client secret, sent by HTTP Basic: text or a function. */
  readonly clientSecret: SecretSource;
  /**
   * How id and secret are written in HTTP Basic: `form`-encoded, as RFC 6749 says, or `raw`, for a server that compares
   * the bytes. It matters only where one of them has special characters. Default: `form`.
   */
  readonly encoding?: 'form' | 'raw' | undefined;
  /** The address prefixes that the token is sent to. Default: `base`. */
  readonly attachTo?: readonly string[] | undefined;
}

/**
 * A client of a platform whose token endpoint is `/oauth/v2/token` and whose tokens are JWTs: client credentials by HTTP
 * Basic.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import { jwtPlatform } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     platform: jwtPlatform({
 *       base: 'https://platform.example.com',
 *       clientId: 'orders@example.com',
 *       clientSecret: env('PLATFORM_SECRET'),
 *       encoding: 'raw',
 *     }),
 *   },
 * });
 * ```
 */
export function jwtPlatform(options: JwtPlatformOptions): ClientOptions {
  const address = readOptions('jwtPlatform', options, (reader) => {
    requireClientId(reader);
    requireClientSecret(reader);
    take(reader, 'attachTo');
    reader.oneOf('encoding', ['form', 'raw']);
    return readBase(reader, 'base', { example: 'https://platform.example.com', path: true });
  });
  const { base, clientId, clientSecret, encoding, attachTo = [address], ...further } = options;
  const credentials =
    encoding === 'raw' ? { clientAuthentication: clientSecretBasic(clientSecret, { encoding }) } : { clientSecret };
  return withFurther({ tokenEndpoint: `${address}/oauth/v2/token`, clientId, ...credentials, attachTo }, further);
}

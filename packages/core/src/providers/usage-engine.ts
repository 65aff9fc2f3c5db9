import { clientSecretPost } from '../client-authentication/client-secret-post.ts';
import type { ClientOptions } from '../options/options.ts';
import type { OptionReader } from '../option-reader.ts';
import type { SecretSource } from '../secret.ts';
import { type FurtherOptions, withFurther } from './provider-options.ts';
import { readBase } from './read-base.ts';
import { readOptions, requireClientId, requireClientSecret, take } from './read-options.ts';

/** An application access of Usage Engine, and the environment that it calls. */
export interface UsageEngineOptions extends Omit<FurtherOptions, 'audience'> {
  /** The client id of the application access. */
  readonly clientId: string;
  /** Its client secret, sent in the body: text or a function. */
  readonly clientSecret: SecretSource;
  /**
   * The address of the API environment: `https://api.digitalroute.io/`. It is sent exactly as it is given, for with and
   * without the last slash are two audiences. An environment more is a client more.
   */
  readonly audience: string;
  /** The token endpoint's address. Default: `authentication/v1/oauth/token` below the audience. */
  readonly tokenEndpoint?: string | undefined;
  /** The address prefixes that the token is sent to. Default: the audience. */
  readonly attachTo?: readonly string[] | undefined;
}

/**
 * A client of the APIs of DigitalRoute's Usage Engine, Cloud Edition: client credentials in the body, for one audience.
 *
 * @see https://infozone.atlassian.net/wiki/spaces/DAZ/pages/79921630/Accessing+the+Usage+Engine+CE+APIs
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import { usageEngine } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     meters: usageEngine({
 *       clientId: 'orders-service',
 *       clientSecret: env('USAGE_ENGINE_SECRET'),
 *       audience: 'https://api.digitalroute.io/',
 *     }),
 *   },
 * });
 * ```
 */
export function usageEngine(options: UsageEngineOptions): ClientOptions {
  const base = readOptions('usageEngine', options, (reader) => {
    requireClientId(reader);
    requireClientSecret(reader);
    take(reader, 'attachTo');
    reader.text('tokenEndpoint');
    return readAudience(reader);
  });
  const { clientId, clientSecret, audience, attachTo = [audience], ...others } = options;
  const { tokenEndpoint = `${base}/authentication/v1/oauth/token`, ...further } = others;
  const clientAuthentication = clientSecretPost(clientSecret);
  return withFurther({ tokenEndpoint, clientId, clientAuthentication, audience, attachTo }, further);
}

/** Gives the audience as an address without its last slash. */
function readAudience(reader: OptionReader): string {
  const example = 'https://api.digitalroute.io/';
  const given = reader.value('audience');
  if (typeof given !== 'string' || given === '' || given.includes('://')) {
    return readBase(reader, 'audience', { example, path: true });
  }
  // Completing it would make another audience of it.
  reader.refuse('audience', `must be the whole address of the API environment, such as ${example}`);
  return '';
}

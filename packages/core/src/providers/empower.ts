import type { ClientOptions } from '../options/options.ts';
import type { SecretSource } from '../secret.ts';
import { type RegistrationOptions, withFurther } from './provider-options.ts';
import { readCredentials, readOptions, requireAttachTo, requireClientId, requireSecret } from './read-options.ts';

/** What Empower issues to a customer, and which of its APIs are called. */
export interface EmpowerOptions extends Omit<RegistrationOptions, 'grant'> {
  /** The token endpoint's address, from the customer's papers. */
  readonly tokenEndpoint: string;
  /** The API key, sent as `x-api-key` with every API call: text or a function. */
  readonly apiKey: SecretSource;
  /** Whether the API key is sent with token requests too. Default: false. */
  readonly apiKeyOnTokenRequest?: boolean | undefined;
  /** The address prefixes of the APIs: token and API key are sent there and nowhere else. */
  readonly attachTo: readonly string[];
}

/**
 * A client of Empower's business-to-business APIs: client credentials by HTTP Basic, and an API key on every call. With a
 * key pair or certificate in place of the secret, give `clientAuthentication`: `privateKeyJwt()` or `tlsClientAuth()`.
 *
 * @see https://developer.empower-retirement.com/docs/get-started
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import { empower } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     plans: empower({
 *       tokenEndpoint: 'https://auth.empower.example/oauth2/token',
 *       clientId: 'orders-service',
 *       clientSecret: env('EMPOWER_SECRET'),
 *       apiKey: env('EMPOWER_API_KEY'),
 *       attachTo: ['https://api.empower.example'],
 *     }),
 *   },
 * });
 * ```
 */
export function empower(options: EmpowerOptions): ClientOptions {
  const credentials = readOptions('empower', options, (reader) => {
    reader.requiredText('tokenEndpoint', 'give the address that your papers name');
    requireClientId(reader);
    requireSecret(reader, 'apiKey', 'give the API key that came with the client id');
    reader.flag('apiKeyOnTokenRequest');
    requireAttachTo(reader);
    return readCredentials(reader);
  });
  const { apiKey, apiKeyOnTokenRequest, clientSecret, clientAuthentication, ...others } = options;
  const { tokenEndpoint, clientId, attachTo, ...further } = others;
  const headers = { 'x-api-key': apiKey };
  const tokenRequestHeaders = apiKeyOnTokenRequest === true ? headers : undefined;
  return withFurther({ tokenEndpoint, clientId, ...credentials, attachTo, headers, tokenRequestHeaders }, further);
}

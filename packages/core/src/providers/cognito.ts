import type { ClientOptions } from '../options/options.ts';
import type { OptionReader } from '../option-reader.ts';
import type { SecretSource } from '../secret.ts';
import { type FurtherOptions, withFurther } from './provider-options.ts';
import { readBase } from './read-base.ts';
import { readOptions, requireAttachTo, requireClientId, requireClientSecret } from './read-options.ts';

/** An app client of an Amazon Cognito user pool. */
export interface CognitoOptions extends FurtherOptions {
  /** The user pool's domain: its prefix (`my-pool`, with `region`), or a whole host (`auth.example.com`). */
  readonly domain: string;
  /** The AWS region of a prefix: `eu-west-1`. Not with a whole host. */
  readonly region?: string | undefined;
  /** The app client's id. */
  readonly clientId: string;
  /** The app client's secret, sent by HTTP Basic: text or a function. */
  readonly clientSecret: SecretSource;
  /** The address prefixes that the token is sent to. */
  readonly attachTo: readonly string[];
}

/**
 * A client at Amazon Cognito: client credentials by HTTP Basic. Scopes are those of a resource server: `orders/read`.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import { cognito } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     billing: cognito({
 *       domain: 'my-pool',
 *       region: 'eu-west-1',
 *       clientId: '4orders',
 *       clientSecret: env('BILLING_SECRET'),
 *       scope: 'billing/invoices.read',
 *       attachTo: ['https://api.billing.example'],
 *     }),
 *   },
 * });
 * ```
 */
export function cognito(options: CognitoOptions): ClientOptions {
  const base = readOptions('cognito', options, (reader) => {
    requireClientId(reader);
    requireClientSecret(reader);
    requireAttachTo(reader);
    return readDomain(reader);
  });
  const { domain, region, clientId, clientSecret, attachTo, ...further } = options;
  return withFurther({ tokenEndpoint: `${base}/oauth2/token`, clientId, clientSecret, attachTo }, further);
}

function readDomain(reader: OptionReader): string {
  const domain = reader.value('domain');
  const region = reader.text('region');
  // A prefix has no dot; a host has one, or a port or a scheme shows it.
  if (typeof domain === 'string' && /^[a-z\d-]+$/i.test(domain))
    return `https://${domain}.${readSuffix(reader, region)}`;
  const base = readBase(reader, 'domain', { example: 'auth.example.com' });
  if (base !== '' && region !== undefined) {
    reader.refuse('region', 'stands beside a whole host; leave it out, or give the prefix alone as domain');
  }
  return base;
}

function readSuffix(reader: OptionReader, region: string | undefined): string {
  if (reader.value('region') === undefined) {
    reader.refuse('region', 'is missing; give the region of the prefix, such as eu-west-1');
  } else if (region !== undefined && !/^[a-z]+(?:-[a-z]+)+-\d+$/.test(region)) {
    reader.refuse('region', 'must be the code of an AWS region, such as eu-west-1');
  }
  // GovCloud has FIPS endpoints alone.
  return `${region?.startsWith('us-gov-') === true ? 'auth-fips' : 'auth'}.${region}.amazoncognito.com`;
}

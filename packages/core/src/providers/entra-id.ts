import { clientSecretPost } from '../client-authentication/client-secret-post.ts';
import type { ClientOptions } from '../options/options.ts';
import type { OptionReader } from '../option-reader.ts';
import { type EntraCertificate, readEntraCertificate } from './entra-certificate.ts';
import { type RegistrationOptions, withFurther } from './provider-options.ts';
import { readBase } from './read-base.ts';
import { readCredentials, readOptions, requireAttachTo, requireClientId, take } from './read-options.ts';

/** An application registered at Microsoft Entra ID, and the API that it calls. */
export interface EntraIdOptions extends Omit<RegistrationOptions, 'resource'> {
  /** The tenant: its id (a GUID) or one of its domains. */
  readonly tenant: string;
  /**
   * The API's application ID URI or id; all its permissions are asked for (`{resource}/.default`). Its last slash counts.
   * Default: none, for what `scope` says.
   */
  readonly resource?: string | undefined;
  /** The certificate that the application authenticates with, and its key. Instead of `clientSecret`. Default: none. */
  readonly certificate?: EntraCertificate | undefined;
  /** The cloud's sign-in host, where it isn't the global one: `login.microsoftonline.us`. Default: `login.microsoftonline.com`. */
  readonly authority?: string | undefined;
  /** The address prefixes of the API: its identifier need not be its address. */
  readonly attachTo: readonly string[];
}

/**
 * A client at Microsoft Entra ID (v2.0): client credentials with the secret in the body, or with a certificate. With
 * `grant: onBehalfOf()`, calls are made in the name of the user being served.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @throws {OptionsError} if an option is missing or wrong.
 * @example
 * ```ts
 * import { createOutboundAuth, env, onBehalfOf } from '@outbound-auth/core';
 * import { entraId } from '@outbound-auth/core/providers';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     graph: entraId({
 *       tenant: 'contoso.onmicrosoft.com',
 *       clientId: '11111111-2222-3333-4444-555555555555',
 *       clientSecret: env('GRAPH_SECRET'),
 *       resource: 'https://graph.microsoft.com',
 *       grant: onBehalfOf(),
 *       attachTo: ['https://graph.microsoft.com'],
 *     }),
 *   },
 * });
 * ```
 */
export function entraId(options: EntraIdOptions): ClientOptions {
  const { authority: base, credentials } = readOptions('entraId', options, (reader) => {
    requireClientId(reader);
    requireAttachTo(reader);
    take(reader, 'grant');
    readTenant(reader);
    readResource(reader);
    const fallback = 'login.microsoftonline.com';
    const authority = readBase(reader, 'authority', { example: 'login.microsoftonline.us', fallback });
    return { authority, credentials: readEntraCredentials(reader) };
  });
  const { tenant, resource, certificate, authority, clientSecret, clientAuthentication, ...others } = options;
  const { clientId, grant, attachTo, ...further } = others;
  const own: ClientOptions = {
    // No issuer: Entra wants an assertion to name the token endpoint, and a domain's issuer names the tenant's id.
    tokenEndpoint: `${base}/${tenant}/oauth2/v2.0/token`,
    clientId,
    ...credentials,
    grant,
    scope: resource === undefined ? undefined : `${resource}/.default`,
    attachTo,
  };
  return withFurther(own, further);
}

function readResource(reader: OptionReader): void {
  const remedy = "give the API's application ID URI, such as https://graph.microsoft.com";
  const named = reader.value('scope') !== undefined;
  const resource = named ? reader.text('resource') : reader.requiredText('resource', remedy);
  if (resource?.endsWith('/.default') !== true) return;
  reader.refuse('resource', 'ends with /.default; leave that out, for it is added');
}

const forManyTenants = ['common', 'organizations', 'consumers'];

function readTenant(reader: OptionReader): void {
  const tenant = reader.requiredText('tenant', "give the tenant's id or one of its domains");
  if (forManyTenants.includes(tenant.toLowerCase())) {
    reader.refuse('tenant', `must be one tenant: '${tenant}' is for users who sign in`);
  } else if (!/^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(tenant) && tenant !== '') {
    reader.refuse('tenant', "must be the tenant's id or one of its domains, such as contoso.onmicrosoft.com");
  }
}

function readEntraCredentials(reader: OptionReader): ReturnType<typeof readCredentials> {
  if (reader.value('certificate') === undefined) {
    return readCredentials(reader, (secret) => ({ clientAuthentication: clientSecretPost(secret) }));
  }
  const beside = ['clientSecret', 'clientAuthentication'].find((name) => reader.value(name) !== undefined);
  if (beside !== undefined) reader.refuse('certificate', `stands beside ${beside}; give one of the two`);
  return { clientAuthentication: readEntraCertificate(reader) };
}

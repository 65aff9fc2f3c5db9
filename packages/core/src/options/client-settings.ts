import type { ClientAuthentication } from '../client-authentication/client-authentication.ts';
import type { Clock } from '../clock.ts';
import type { EventListener } from '../events.ts';
import type { Grant } from '../grants/grant.ts';
import type { AddressPrefix } from '../outgoing/attach-to.ts';
import type { Random } from '../random.ts';
import type { Sharing } from '../tokens/client-tokens.ts';
import { readAttachTo, readServerUrl } from './read-addresses.ts';
import { readAuthentication, readGrant, readHeaders } from './read-credentials.ts';
import { type DpopChoice, readDpop } from './read-dpop.ts';
import { type LifeSettings, readLife } from './read-life.ts';
import { readTransport, type TransportChoice } from './read-transport.ts';
import type { OptionReader } from '../option-reader.ts';
import type { SecretSource } from '../secret.ts';
import { noParameters, readTokenParameters, type RequestParameters } from './token-parameters.ts';

/** What all clients have in common. */
export interface SharedSettings {
  readonly unmatched: 'pass' | 'refuse';
  readonly emit: EventListener;
  readonly transport: TransportChoice;
  readonly clock: Clock;
  readonly random: Random;
  /** What processes share their tokens by, if anything. */
  readonly sharing: Sharing | undefined;
}

/** What a client belongs to. */
export interface Owned {
  /** The `OutboundAuth`: what an adapter was told of a request is told of one of them. */
  readonly auth: object;
}

/** A client's options with everything checked and every default in place. */
export interface ClientSettings extends SharedSettings, LifeSettings {
  readonly name: string;
  /** Whether it is named in `clients`, or by `resolveClient`. */
  readonly kind: 'client' | 'tenant';
  readonly issuer: string | undefined;
  readonly tokenEndpoint: URL | undefined;
  readonly revocationEndpoint: URL | undefined;
  readonly allowInsecureRequests: boolean;
  readonly clientId: string;
  readonly authenticate: ClientAuthentication;
  readonly dpop: DpopChoice | undefined;
  readonly tokenRequestFormat: 'form' | 'json';
  readonly tokenRequestHeaders: readonly (readonly [name: string, value: SecretSource])[];
  readonly grant: Grant;
  readonly parameters: RequestParameters;
  readonly attachTo: readonly AddressPrefix[];
  readonly headers: readonly (readonly [name: string, value: SecretSource])[];
}

/** Reads one client. Its mistakes are noted in the reader; what is returned then is only good for reading on. */
export function readClient(
  name: string,
  reader: OptionReader,
  shared: SharedSettings,
  kind: ClientSettings['kind'] = 'client',
): ClientSettings {
  const allowInsecureRequests = reader.flag('allowInsecureRequests');
  const issuer = readServerUrl(reader, 'issuer', allowInsecureRequests)?.text;
  const tokenEndpoint = readServerUrl(reader, 'tokenEndpoint', allowInsecureRequests)?.url;
  if (reader.value('issuer') === undefined && reader.value('tokenEndpoint') === undefined) {
    reader.refuse('issuer', 'is missing; give the issuer (its endpoints are discovered) or the tokenEndpoint');
  }
  const grant = readGrant(reader);
  const settings: ClientSettings = {
    ...shared,
    ...readLife(name, reader, shared, grant),
    transport: readTransport(reader, shared.transport),
    name,
    kind,
    issuer,
    tokenEndpoint,
    revocationEndpoint: readServerUrl(reader, 'revocationEndpoint', allowInsecureRequests)?.url,
    allowInsecureRequests,
    clientId: reader.requiredText('clientId', 'give the client identifier that the authorization server issued'),
    authenticate: readAuthentication(reader),
    dpop: readDpop(reader),
    tokenRequestFormat: reader.oneOf('tokenRequestFormat', ['form', 'json']),
    tokenRequestHeaders: readHeaders(reader, 'tokenRequestHeaders'),
    grant,
    parameters: readTokenParameters(reader, noParameters),
    attachTo: readAttachTo(reader, allowInsecureRequests),
    headers: readHeaders(reader, 'headers'),
  };
  reader.refuseOthers();
  return settings;
}

import type { ClientAuthentication } from '../client-authentication/client-authentication.ts';
import type { Clock } from '../clock.ts';
import type { EventListener } from '../events.ts';
import type { Grant } from '../grants/grant.ts';
import type { AddressPrefix } from '../outgoing/attach-to.ts';
import type { Random } from '../random.ts';
import type { CacheSettings } from '../tokens/cached.ts';
import { readAttachTo, readServerUrl } from './read-addresses.ts';
import { readAuthentication, readGrant, readHeaders } from './read-credentials.ts';
import { type DpopChoice, readDpop } from './read-dpop.ts';
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
}

/** A client's options with everything checked and every default in place. */
export interface ClientSettings extends SharedSettings {
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
  /** In milliseconds. */
  readonly requestTimeout: number;
  /** In milliseconds. */
  readonly defaultLifetime: number;
  readonly cache: CacheSettings;
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
  const settings: ClientSettings = {
    ...shared,
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
    grant: readGrant(reader),
    parameters: readTokenParameters(reader, noParameters),
    attachTo: readAttachTo(reader, allowInsecureRequests),
    headers: readHeaders(reader, 'headers'),
    requestTimeout: seconds(reader, 'requestTimeout', 4, 0.001),
    defaultLifetime: seconds(reader, 'defaultLifetime', 300, 1),
    cache: readCache(name, reader, shared),
  };
  reader.refuseOthers();
  return settings;
}

function readCache(name: string, reader: OptionReader, { clock, random }: SharedSettings): CacheSettings {
  return {
    client: name,
    clock,
    random,
    renewal: reader.oneOf('renewal', ['background', 'foreground']),
    capacity: reader.number('memoryCacheSize', 10_000, { min: 1, max: 10_000_000 }, 'tokens'),
    expiryMargin: seconds(reader, 'expiryMargin', 30, 0),
    expiryMarginShare: share(reader, 'expiryMarginShare', 0.05, 0.5),
    renewalMargin: seconds(reader, 'renewalMargin', 300, 0),
    renewalMarginShare: share(reader, 'renewalMarginShare', 0.25, 0.7),
    renewalJitter: share(reader, 'renewalJitter', 0.05, 0.2),
  };
}

// Options are in seconds, as `expires_in` is; inside, all is in milliseconds.
function seconds(reader: OptionReader, name: string, fallback: number, min: number): number {
  return 1_000 * reader.number(name, fallback, { min, max: 1_000_000 }, 'seconds');
}

// The margin and the jitter leave a part of the lifetime, or each use would renew.
function share(reader: OptionReader, name: string, fallback: number, max: number): number {
  return reader.number(name, fallback, { min: 0, max }, 'a share of the lifetime');
}

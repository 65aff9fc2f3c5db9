import type { ClientAuthentication } from '../client-authentication/client-authentication.ts';
import type { Grant } from '../grants/grant.ts';
import { isObject } from '../option-reader.ts';
import type { ClientOptions } from '../options/options.ts';
import type { SecretSource } from '../secret.ts';

/** Of a client's options, those that are the provider's to settle, or that it takes in a sense of its own. */
export type Settled =
  | 'attachTo'
  | 'clientAuthentication'
  | 'clientId'
  | 'clientSecret'
  | 'grant'
  | 'issuer'
  | 'tokenEndpoint'
  | 'tokenRequestFormat';

/**
 * What every provider takes beside its own options: all other options of a client (`scope`, `headers`, `dpop`, `proxy`,
 * `requestTimeout`…). They go before the provider's defaults; `headers`, `tokenRequestHeaders` and `parameters` are
 * laid over them, name by name.
 */
export type FurtherOptions = Omit<ClientOptions, Settled>;

/** A client at a server that leaves open how it authenticates, and by which grant it gets its tokens. */
export interface RegistrationOptions extends FurtherOptions {
  /** The client identifier that the system issued. */
  readonly clientId: string;
  /** The client secret: text, or a function (`env()`, async too). This or `clientAuthentication`. */
  readonly clientSecret?: SecretSource;
  /** How the client authenticates, where that isn't by its secret: `privateKeyJwt()`, `tlsClientAuth()`… Default: none. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** How a token is got. Default: `clientCredentials()`. */
  readonly grant?: Grant | undefined;
}

/** A provider's own options with the user's further ones over them. What is undefined in either is left out. */
export function withFurther(own: ClientOptions, further: FurtherOptions): ClientOptions {
  const merged = {
    headers: overHeaders(own.headers, further.headers),
    tokenRequestHeaders: overHeaders(own.tokenRequestHeaders, further.tokenRequestHeaders),
    parameters: over(own.parameters, further.parameters),
  };
  return withoutUndefined({ ...own, ...withoutUndefined({ ...further }), ...merged });
}

function over<Values extends object>(own: Values | undefined, further: Values | undefined): Values | undefined {
  // What is no object is the client's to refuse.
  return own === undefined || !isObject(further) ? (further ?? own) : { ...own, ...further };
}

type Headers = ClientOptions['headers'];

/** The same by names whose case doesn't count: `X-API-Key` goes before the provider's `x-api-key`. */
function overHeaders(own: Headers, further: Headers): Headers {
  if (own === undefined || !isObject(further)) return over(own, further);
  const given = new Set(Object.keys(further).map((name) => name.toLowerCase()));
  const kept = Object.entries(own).filter(([name]) => !given.has(name.toLowerCase()));
  return over(Object.fromEntries(kept), further);
}

function withoutUndefined<Options extends object>(options: Options): Options {
  for (const name in options) if (options[name] === undefined) Reflect.deleteProperty(options, name);
  return options;
}

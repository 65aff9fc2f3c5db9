import type { PrivateKeySource, SigningAlgorithm } from '../assertions/signing-key.ts';
import type { ClientAuthentication } from '../client-authentication/client-authentication.ts';
import type { Clock } from '../clock.ts';
import type { EventListener } from '../events.ts';
import type { Grant } from '../grants/grant.ts';
import type { Random } from '../random.ts';
import type { SecretSource } from '../secret.ts';
import type { EncryptionKeySource } from '../stores/encryption-key.ts';
import type { TokenStore } from '../stores/token-store.ts';
import type { TokenLifeOptions } from './life-options.ts';

/** One thing that a token is to allow; what else it holds is up to its type. @see https://www.rfc-editor.org/rfc/rfc9396#section-2 */
export interface AuthorizationDetail {
  /** Which kind of detail it is, as the server names it. */
  readonly type: string;
  /** What that kind asks for. */
  readonly [member: string]: unknown;
}

/** The parameters of a token request that a client has by default and a call may change. */
export interface TokenParameters {
  /** What the token may do: one text separated by spaces, or a list. A call's scope replaces the client's. */
  readonly scope?: string | readonly string[] | undefined;
  /** For whom the token is, as many servers name it (`audience`). A call's replaces the client's. */
  readonly audience?: string | readonly string[] | undefined;
  /** For which API the token is. A call's replaces the client's. @see https://www.rfc-editor.org/rfc/rfc8707 */
  readonly resource?: string | readonly string[] | undefined;
  /** What the token is to allow in detail (`authorization_details`). A call's replaces the client's, an empty list too. @see https://www.rfc-editor.org/rfc/rfc9396 */
  readonly authorizationDetails?: readonly AuthorizationDetail[] | undefined;
  /** Further parameters of the token request's body. A call's are laid over the client's. */
  readonly parameters?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** How tokens are bound by DPoP. @see https://www.rfc-editor.org/rfc/rfc9449 */
export interface DpopOptions {
  /** The private key, or a function that gives it whenever a token is requested. Default: a P-256 key for this process. */
  readonly key?: PrivateKeySource | undefined;
  /** Default: what the key is made for. */
  readonly algorithm?: SigningAlgorithm | undefined;
  /** Takes a token that the server has not bound, too. Default: false, which makes that an error. */
  readonly allowBearer?: boolean | undefined;
}

/** How requests reach their servers. */
export interface TransportOptions {
  /** Sends every request, token requests too. Default: `globalThis.fetch`, looked up at each call. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * An `undici` dispatcher that `fetch` sends over: for connections of your own making. Instead of `proxy`, and not beside
   * `tlsClientAuth()`, whose certificate it would not show.
   */
  readonly dispatcher?: object | undefined;
  /**
   * Through a proxy: its address (user and password percent-encoded in it), or `environment` for what `HTTPS_PROXY`,
   * `HTTP_PROXY` and `NO_PROXY` say when the client is made. Needs the package `undici` (version 7), and a `fetch` that
   * takes a `dispatcher`, as the built-in one does. Default: none.
   */
  readonly proxy?: string | undefined;
}

/**
 * One registration at one authorization server.
 *
 * @example
 * ```ts
 * import { type ClientOptions, env } from '@outbound-auth/core';
 *
 * export const billing: ClientOptions = {
 *   issuer: 'https://idp.example.com',
 *   clientId: 'orders-service',
 *   clientSecret: env('BILLING_SECRET'),
 *   scope: 'invoices:read',
 *   attachTo: ['https://api.billing.example/v2'],
 * };
 * ```
 */
export interface ClientOptions extends TokenParameters, TokenLifeOptions, TransportOptions {
  /** The authorization server's issuer identifier; its endpoints are discovered. This or `tokenEndpoint`. */
  readonly issuer?: string | undefined;
  /** The token endpoint's address, where the server has no discovery. This or `issuer`, or both. */
  readonly tokenEndpoint?: string | undefined;
  /** Where tokens are revoked, where discovery doesn't tell. For `client.revoke()`. */
  readonly revocationEndpoint?: string | undefined;
  /** The client identifier that the authorization server issued. */
  readonly clientId: string;
  /** The client secret, sent by HTTP Basic: text, or a function (`env()`, async too). This or `clientAuthentication`. */
  readonly clientSecret?: SecretSource;
  /** How the client authenticates at the token endpoint, where that isn't HTTP Basic with `clientSecret`. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** How a token is got. Default: `clientCredentials()`. */
  readonly grant?: Grant | undefined;
  /** Further headers of token requests and revocations, such as an API key: text or functions. */
  readonly tokenRequestHeaders?: Readonly<Record<string, SecretSource>> | undefined;
  /** How token requests are written: as a form (RFC 6749), or as JSON for servers that want that. Default: `form`. */
  readonly tokenRequestFormat?: 'form' | 'json' | undefined;
  /**
   * Binds tokens to a key, whose possession each call proves: `true` for a key made for this process, or a key of your
   * own. Default: false. @see https://www.rfc-editor.org/rfc/rfc9449
   */
  readonly dpop?: boolean | DpopOptions | undefined;
  /**
   * The address prefixes that the token and `headers` are sent to, and nowhere else: scheme, host, port, and path by
   * whole segments (`https://api.example/v2` covers `/v2/x` and not `/v2x`).
   */
  readonly attachTo: readonly string[];
  /** Headers for each call inside `attachTo`, such as an API key: text or functions. A caller's own goes first. */
  readonly headers?: Readonly<Record<string, SecretSource>> | undefined;
  /** Allows `http:` for the authorization server and `attachTo` beyond loopback. Default: false. */
  readonly allowInsecureRequests?: boolean | undefined;
}

/** Looks up the client of a tenant. */
export type ResolveClient = (name: string) => ClientOptions | undefined | Promise<ClientOptions | undefined>;

/** What `createOutboundAuth` takes. */
export interface OutboundAuthOptions<Name extends string = string> extends TransportOptions {
  /** The clients, by the names that you give them. */
  readonly clients: Readonly<Record<Name, ClientOptions>>;
  /**
   * Gives the options of a tenant's client by its name, or undefined if there is none; for `auth.tenant(name)`. Answers
   * are kept for 60 s, those of `maxTenants` at most; options that have changed (functions are not compared) begin a new
   * client.
   */
  readonly resolveClient?: ResolveClient | undefined;
  /** How many tenants are kept, the least recently used go first. Default: 1,000. */
  readonly maxTenants?: number | undefined;
  /**
   * Where processes share their tokens: `redisStore({ … })` of `@outbound-auth/redis`, `keyvStore(keyv)`, or your own. In
   * it, clients of one name, server and `clientId` are the same client: applications that aren't, take another prefix.
   */
  readonly store?: TokenStore | undefined;
  /**
   * Keys that tokens are encrypted with in the store: the first encrypts, all decrypt. Without any, tokens stand there as
   * they are, and refresh tokens are not kept.
   */
  readonly encryptionKeys?: readonly EncryptionKeySource[] | undefined;
  /** How long all work of one call in the store may take, in seconds; beyond it the call goes on without. Default: 0.25. */
  readonly storeTimeout?: number | undefined;
  /**
   * How long a call waits for the token that another process is requesting, before it asks itself, in seconds; never longer
   * than half of its `waitTimeout`. Default: 5.
   */
  readonly lockTimeout?: number | undefined;
  /** What to do with a call that no client's `attachTo` covers: let it pass untouched, or refuse it. Default: `pass`. */
  readonly unmatched?: 'pass' | 'refuse' | undefined;
  /** Takes each event as it happens, never with a secret. It must not throw. */
  readonly onEvent?: EventListener | undefined;
  /** Where time comes from. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** Where chance comes from. Default: `Math.random`. */
  readonly random?: Random | undefined;
}

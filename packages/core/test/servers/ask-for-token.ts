import * as oauth from 'oauth4webapi';

/** What a request for a token is made of. */
export interface TokenAsk {
  readonly tokenEndpoint: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Default: none, only the `client_id`. */
  readonly auth?: oauth.ClientAuth;
  /** Default: `client_credentials`. */
  readonly grantType?: string;
  /** Pairs where a parameter comes more than once. */
  readonly params?: Record<string, string> | [string, string][];
  readonly dpop?: oauth.DPoPHandle;
  readonly fetch?: typeof fetch;
}

/** The answer, good or not, as it came. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** Asks a token endpoint by `oauth4webapi`, so that the servers are tried by a client that isn't ours. */
export async function askForToken(ask: TokenAsk): Promise<TokenAnswer> {
  const { tokenEndpoint: token_endpoint, issuer, clientId: client_id, dpop, fetch: send = fetch } = ask;
  const response = await oauth.genericTokenEndpointRequest(
    { issuer, token_endpoint },
    { client_id },
    ask.auth ?? oauth.None(),
    ask.grantType ?? 'client_credentials',
    ask.params ?? {},
    {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated only to stand out; loopback needs it
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (url, init) => send(url, { ...init, body: init.body }),
      ...(dpop && { DPoP: dpop }),
    },
  );
  const body: unknown = await response.json();
  return { status: response.status, body: isObject(body) ? body : {}, headers: response.headers };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

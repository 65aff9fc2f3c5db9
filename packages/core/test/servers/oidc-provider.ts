import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { makeCertificates, type Certificates } from './certificates.ts';
import { listen } from './listen.ts';
import { registerClients, type OidcClients } from './oidc/clients.ts';
import { configure } from './oidc/configure.ts';
import { registerJwtBearer } from './oidc/jwt-bearer.ts';
import { signingKey } from './oidc/keys.ts';
import { Provider as OidcProvider } from './oidc/load-provider.ts';
import { registerPassword } from './oidc/password.ts';
import { registerTokenExchange } from './oidc/token-exchange.ts';
import { claimsOf, loginIssuer, signJwt, trustedIssuers, type JwtChanges } from './oidc/trusted-issuers.ts';
import { users, type ServiceAccount } from './oidc/users.ts';
import { tlsFetch } from './tls-fetch.ts';
import { TokenRequestLog, type TokenRequest } from './token-request-log.ts';

/** What differs from one provider to the next. */
export interface OidcProviderOptions {
  /** HTTPS that asks for a client certificate. Default: plain HTTP. */
  readonly tls?: boolean;
  /** DPoP proofs at the token endpoint must carry the server's nonce. Default: false. */
  readonly dpopNonce?: boolean;
  /** Seconds that access tokens live. Default: 60. */
  readonly accessTokenLifetime?: number;
  /** Seconds that refresh tokens live. Default: 3600. */
  readonly refreshTokenLifetime?: number;
  /** What `resource` and `audience` may name: tokens for it are JWTs. Default: `https://api.example`. */
  readonly resources?: readonly string[];
}

/** The real `oidc-provider` on loopback. */
export interface OidcProviderServer {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
  readonly introspectionEndpoint: string;
  readonly jwksUri: string;
  readonly resources: readonly string[];
  readonly clients: OidcClients;
  readonly users: typeof users;
  readonly serviceAccount: ServiceAccount;
  /** With `tls` only. */
  readonly certificates: Certificates | undefined;
  /** Trusts the server's CA; without a client certificate. */
  readonly fetch: typeof fetch;
  /** The token requests in order of arrival, refused ones too. */
  readonly tokenRequests: readonly TokenRequest[];
  /** How many of them came from this client, with this grant. */
  countTokenRequests(of?: Partial<TokenRequest>): number;
  /** A JWT of the place where users sign in, good as `subject_token`, `actor_token` and on-behalf-of's `assertion`. */
  mintSubjectToken(username: string, changes?: JwtChanges): Promise<string>;
  /** An assertion of the service account for the token endpoint (RFC 7523 §2.1). */
  mintAssertion(changes?: JwtChanges): Promise<string>;
  /** Stops at once; open connections are cut. */
  close(): Promise<void>;
}

export async function startOidcProvider(options: OidcProviderOptions = {}): Promise<OidcProviderServer> {
  const certificates = options.tls === true ? await makeCertificates() : undefined;
  const [registrations, key, { login, serviceAccount }] = await Promise.all([
    registerClients(certificates),
    signingKey('RS256', 'provider'),
    trustedIssuers(),
  ]);
  // Its issuer holds the port, so the port comes first.
  const { server, origin: issuer, close } = await listen(certificates);
  const { resources = ['https://api.example'] } = options;
  const settings = {
    tls: false,
    dpopNonce: false,
    accessTokenLifetime: 60,
    refreshTokenLifetime: 3600,
    ...options,
    resources,
  };
  const provider = new OidcProvider(issuer, configure(settings, registrations, key));
  const keys = { own: key, login };
  registerTokenExchange(provider, keys);
  registerPassword(provider);
  registerJwtBearer(provider, keys, serviceAccount);
  const log = logTokenRequests(provider);
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  const tokenEndpoint = `${issuer}/token`;
  return {
    issuer,
    tokenEndpoint,
    revocationEndpoint: `${issuer}/token/revocation`,
    introspectionEndpoint: `${issuer}/token/introspection`,
    jwksUri: `${issuer}/jwks`,
    resources,
    clients: registrations.clients,
    users,
    serviceAccount,
    certificates,
    fetch: certificates ? tlsFetch({ ca: certificates.ca }) : fetch,
    tokenRequests: log.requests,
    countTokenRequests: (of) => log.count(of),
    mintSubjectToken: (sub, changes = {}) =>
      signJwt(login, claimsOf({ iss: loginIssuer, aud: issuer, sub }, changes), 'at+jwt'),
    mintAssertion: (changes = {}) => {
      const { clientId } = serviceAccount;
      return signJwt(serviceAccount, claimsOf({ iss: clientId, sub: clientId, aud: tokenEndpoint }, changes), 'JWT');
    },
    close,
  };
}

function logTokenRequests(provider: Provider): TokenRequestLog {
  const log = new TokenRequestLog();
  const add = ({ oidc, status }: KoaContextWithOIDC): void => {
    if (oidc.route !== 'token') return;
    const grantType = oidc.body?.['grant_type'];
    const clientId = oidc.client?.clientId ?? '';
    log.requests.push({ clientId, grantType: typeof grantType === 'string' ? grantType : '', status });
  };
  provider.on('grant.success', add).on('grant.error', add).on('server_error', add);
  return log;
}

import { randomBytes, X509Certificate } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';
import { clientName, type Certificates } from '../certificates.ts';
import { grantTypes } from './grant-types.ts';
import { signingKey, type SigningAlgorithm, type SigningKey } from './keys.ts';

/** A client that has a secret. */
export interface SecretClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A client that has a key pair; the server knows the public half. */
export interface KeyClient extends SigningKey {
  readonly clientId: string;
}

/** A client that has neither: a public one, or one known by its certificate. */
export interface BareClient {
  readonly clientId: string;
}

/** One client for each way of authentication, all allowed every grant. */
export interface OidcClients {
  /** `client_secret_basic`. Its id and secret have characters that Basic must encode (RFC 6749 §2.3.1). */
  readonly basic: SecretClient;
  /** `client_secret_post`. */
  readonly post: SecretClient;
  /** `client_secret_jwt`, HS256. */
  readonly secretJwt: SecretClient;
  /** `private_key_jwt` with this algorithm alone. */
  readonly rs256: KeyClient;
  readonly ps256: KeyClient;
  readonly es256: KeyClient;
  readonly eddsa: KeyClient;
  /** The same curve as `eddsa`, by the name of RFC 9864. */
  readonly ed25519: KeyClient;
  /** `none`. */
  readonly none: BareClient;
  /** `client_secret_basic`, and only tokens bound to a DPoP key. */
  readonly dpop: SecretClient;
  /** `client_secret_basic`, and only tokens bound to a certificate (needs `tls`). */
  readonly bound: SecretClient;
  /** `tls_client_auth` with the CA's certificate `client`; tokens are bound to it (needs `tls`). */
  readonly tls: BareClient;
  /** `self_signed_tls_client_auth` with the certificate `selfSigned`; tokens are bound to it (needs `tls`). */
  readonly selfSignedTls: BareClient;
  /** `client_secret_basic`: an API that introspects tokens. */
  readonly api: SecretClient;
}

/** The clients, and what the provider is told of them. */
export interface Registrations {
  readonly clients: OidcClients;
  readonly metadata: readonly ClientMetadata[];
}

export async function registerClients(certificates?: Certificates): Promise<Registrations> {
  const metadata: ClientMetadata[] = [];
  const register = (clientId: string, more: Partial<ClientMetadata>): BareClient => {
    const grant_types = [...grantTypes];
    metadata.push({ ...more, client_id: clientId, grant_types, redirect_uris: [], response_types: [] });
    return { clientId };
  };
  const withSecret = (clientId: string, more: Partial<ClientMetadata>): SecretClient => {
    const clientSecret = `${randomBytes(32).toString('hex')} 100%:+/~`;
    return { ...register(clientId, { ...more, client_secret: clientSecret }), clientSecret };
  };
  const withKey = async (alg: SigningAlgorithm): Promise<KeyClient> => {
    const key = await signingKey(alg, `client-${alg}`);
    const more: Partial<ClientMetadata> = {
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: alg,
      jwks: { keys: [key.publicJwk] },
    };
    return { ...register(`client-${alg.toLowerCase()}`, more), ...key };
  };
  const basic = { token_endpoint_auth_method: 'client_secret_basic' } as const;
  const bound = { tls_client_certificate_bound_access_tokens: true } as const;
  const [rs256, ps256, es256, eddsa, ed25519] = await Promise.all([
    withKey('RS256'),
    withKey('PS256'),
    withKey('ES256'),
    withKey('EdDSA'),
    withKey('Ed25519'),
  ]);
  return {
    clients: {
      basic: withSecret('client basic:100%', basic),
      post: withSecret('client-post', { token_endpoint_auth_method: 'client_secret_post' }),
      secretJwt: withSecret('client-secret-jwt', { token_endpoint_auth_method: 'client_secret_jwt' }),
      rs256,
      ps256,
      es256,
      eddsa,
      ed25519,
      none: register('client-none', { token_endpoint_auth_method: 'none' }),
      dpop: withSecret('client-dpop', { ...basic, dpop_bound_access_tokens: true }),
      bound: withSecret('client-bound', { ...basic, ...bound }),
      tls: register('client-tls', {
        ...bound,
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_san_dns: clientName,
      }),
      selfSignedTls: register('client-self-signed-tls', {
        ...bound,
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks: { keys: certificates ? [certificateJwk(certificates.selfSigned.cert)] : [] },
      }),
      api: withSecret('api', basic),
    },
    metadata,
  };
}

function certificateJwk(pem: string) {
  const { publicKey, raw } = new X509Certificate(pem);
  return { ...publicKey.export({ format: 'jwk' }), x5c: [raw.toString('base64')] };
}

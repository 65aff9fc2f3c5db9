import { randomBytes } from 'node:crypto';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Registrations } from './clients.ts';
import { actClaim, apiScopes } from './issue-tokens.ts';
import type { SigningKey } from './keys.ts';
import { errors } from './load-provider.ts';
import { memoryAdapter } from './memory-adapter.ts';
import { mutualTls } from './mutual-tls.ts';

/** What the options of the provider come to. */
export interface Settings {
  readonly tls: boolean;
  readonly dpopNonce: boolean;
  readonly accessTokenLifetime: number;
  readonly refreshTokenLifetime: number;
  readonly resources: readonly string[];
}

const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'] as const;

/** What `oidc-provider` is told. */
export function configure(settings: Settings, { metadata }: Registrations, key: SigningKey): Configuration {
  const { tls, dpopNonce, accessTokenLifetime, refreshTokenLifetime, resources } = settings;
  const hour = 3600;
  return {
    adapter: memoryAdapter(),
    clients: metadata,
    jwks: { keys: [key.privateJwk] },
    cookies: { keys: ['nobody signs in here'] },
    scopes: ['openid', 'offline_access', ...apiScopes],
    clientAuthMethods: [
      ...(['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'] as const),
      ...(tls ? (['tls_client_auth', 'self_signed_tls_client_auth'] as const) : []),
    ],
    enabledJWA: { dPoPSigningAlgValues: proofAlgorithms },
    ttl: {
      AccessToken: accessTokenLifetime,
      ClientCredentials: accessTokenLifetime,
      RefreshToken: refreshTokenLifetime,
      Grant: refreshTokenLifetime + hour,
    },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    extraTokenClaims: (ctx) => actClaim(ctx),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
      introspection: { enabled: true, allowedPolicy: () => true },
      dPoP: dpopNonce
        ? { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true }
        : { enabled: true, requireNonce: () => false },
      ...(tls && { mTLS: mutualTls }),
      resourceIndicators: {
        enabled: true,
        defaultResource: audienceOf,
        getResourceServerInfo: (_ctx, resource) => {
          if (!resources.includes(resource)) throw new errors.InvalidTarget();
          return {
            scope: apiScopes.join(' '),
            audience: resource,
            accessTokenTTL: accessTokenLifetime,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
    },
  };
}

/** What others call `audience` (RFC 8693, Auth0) is a resource here. */
function audienceOf(
  ctx: KoaContextWithOIDC,
  _client: unknown,
  oneOf?: readonly string[],
): string | readonly string[] | undefined {
  const audience = ctx.oidc.body?.['audience'];
  return oneOf ?? (typeof audience === 'string' ? audience : undefined);
}

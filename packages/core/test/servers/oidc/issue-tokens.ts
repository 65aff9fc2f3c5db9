import type Provider from 'oidc-provider';
import type { ResourceServerInstance, TokenEndpointGrantContext } from 'oidc-provider';
import {
  applyRefreshTokenBindings,
  buildTokenResponse,
  checkDpopReplay,
  checkDpopRequired,
  checkMtlsCert,
  resolveRequestedResources,
  validateClientScope,
  validateDpop,
} from 'oidc-provider/lib/helpers/grants.js';
import { errors } from './load-provider.ts';
import type { Actor } from './subject-token.ts';

/** What a grant has found out. */
export interface Found {
  readonly accountId: string;
  readonly act?: Actor;
  readonly issuedTokenType?: string;
  readonly withRefreshToken?: boolean;
}

/** The scopes that may be asked for, whatever the resource. */
export const apiScopes = ['invoices:read', 'invoices:write'];

const actors = new WeakMap<object, Actor>();

/** The `act` claim of the token that is being issued, for `extraTokenClaims`. */
export function actClaim(ctx: object): { act: Actor } | undefined {
  const act = actors.get(ctx);
  return act && { act };
}

/** Issues what a custom grant gives: an access token, bound where asked for, and perhaps a refresh token. */
export async function issueTokens(provider: Provider, ctx: TokenEndpointGrantContext, found: Found): Promise<void> {
  const { client } = ctx.oidc;
  const { accountId } = found;
  const gty = ctx.oidc.params.grant_type;
  const dPoP = await validateDpop(provider, ctx);
  const certificate = checkMtlsCert(provider, ctx);
  checkDpopRequired(provider, ctx, dPoP);
  const { resource, scope } = await requested(provider, ctx);
  await checkDpopReplay(provider, ctx, dPoP, client.clientId);
  if (found.act) actors.set(ctx, found.act);

  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope(scope);
  if (resource) grant.addResourceScope(resource.identifier(), scope);
  const grantId = await grant.save();
  const source = { client, accountId, grantId, gty, scope };
  const token = new provider.AccessToken({ ...source, ...(resource && { resourceServer: resource }) });
  if (dPoP) token.setThumbprint('jkt', dPoP.thumbprint);
  if (certificate !== undefined) token.setThumbprint('x5t', certificate);
  const accessToken = await token.save();

  let refreshToken: string | undefined;
  if (found.withRefreshToken === true) {
    const refresh = new provider.RefreshToken({
      ...source,
      ...(resource && { resource: resource.identifier() }),
      rotations: 0,
    });
    await applyRefreshTokenBindings(provider, ctx, token, refresh);
    refreshToken = await refresh.save();
  }
  ctx.body = buildTokenResponse(provider, {
    accessToken,
    expiresIn: token.expiration,
    issuedTokenType: found.issuedTokenType,
    refreshToken,
    scope: scope === '' ? undefined : scope,
    tokenType: token.tokenType,
  });
}

interface Requested {
  readonly resource: ResourceServerInstance | undefined;
  readonly scope: string;
}

async function requested(provider: Provider, ctx: TokenEndpointGrantContext): Promise<Requested> {
  const scopes = [...validateClientScope(provider, ctx)];
  const unknown = scopes.filter((scope) => scope !== 'offline_access' && !apiScopes.includes(scope));
  if (unknown.length > 0) throw new errors.InvalidScope('requested scope is not known', unknown.join(' '));
  const [resource, ...more] = await resolveRequestedResources(provider, ctx);
  if (more.length > 0) throw new errors.InvalidTarget('only a single resource indicator value is supported');
  return { resource, scope: scopes.join(' ') };
}

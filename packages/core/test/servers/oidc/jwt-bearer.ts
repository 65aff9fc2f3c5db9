import { createPublicKey } from 'node:crypto';
import { errors as joseErrors, jwtVerify, type JWTPayload } from 'jose';
import type Provider from 'oidc-provider';
import type { TokenEndpointGrantContext } from 'oidc-provider';
import { validateDpop } from 'oidc-provider/lib/helpers/grants.js';
import { jwtBearer } from './grant-types.ts';
import { issueTokens } from './issue-tokens.ts';
import { errors } from './load-provider.ts';
import { readSubjectToken, type SubjectKeys } from './subject-token.ts';
import { isUser, type ServiceAccount } from './users.ts';

interface Params {
  readonly assertion?: string;
  readonly requested_token_use?: string;
}

/** Registers assertions of service accounts (RFC 7523 §2.1), and by the same grant on-behalf-of as in Entra ID. */
export function registerJwtBearer(provider: Provider, keys: SubjectKeys, serviceAccount: ServiceAccount): void {
  const handle = async (ctx: TokenEndpointGrantContext<Params>): Promise<void> => {
    // First, for a request that is only to learn the nonce must not use the assertion up.
    await validateDpop(provider, ctx);
    const { assertion, requested_token_use: use } = ctx.oidc.params;
    if (assertion === undefined) throw new errors.InvalidRequest('missing required parameter assertion');
    if (use === 'on_behalf_of') return onBehalfOf(ctx, assertion);
    if (use !== undefined) throw new errors.InvalidRequest('requested_token_use is not supported');
    const audiences = [provider.issuer, ctx.oidc.urlFor('token')];
    const { sub = '', jti = '', exp = 0 } = await verifyAssertion(serviceAccount, audiences, assertion);
    if (sub !== serviceAccount.clientId && !isUser(sub)) throw new errors.InvalidGrant('unknown sub');
    if (!(await provider.ReplayDetection.unique(serviceAccount.clientId, jti, exp)))
      throw new errors.InvalidGrant('assertion used before');
    return issueTokens(provider, ctx, { accountId: sub });
  };

  const onBehalfOf = async (ctx: TokenEndpointGrantContext, assertion: string): Promise<void> => {
    if (ctx.oidc.client.clientAuthMethod === 'none')
      throw new errors.InvalidClientAuth('on-behalf-of requires client authentication');
    const subject = await readSubjectToken(provider, keys, assertion);
    if (!subject.isUser) throw new errors.InvalidGrant('the assertion must be the access token of a user');
    const withRefreshToken = ctx.oidc.requestParamScopes.has('offline_access');
    await issueTokens(provider, ctx, { accountId: subject.sub, withRefreshToken });
  };

  const params = ['assertion', 'requested_token_use', 'scope', 'resource', 'audience'];
  provider.registerGrantType(jwtBearer, handle, params, 'resource');
}

async function verifyAssertion(account: ServiceAccount, audience: string[], assertion: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(assertion, createPublicKey(account.privateKey), {
      algorithms: [account.alg],
      issuer: account.clientId,
      audience,
      requiredClaims: ['sub', 'exp', 'jti'],
    });
    return payload;
  } catch (error) {
    if (error instanceof joseErrors.JOSEError)
      throw new errors.InvalidGrant(`assertion not accepted: ${error.message}`);
    throw error;
  }
}

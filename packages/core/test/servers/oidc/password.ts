import type Provider from 'oidc-provider';
import type { TokenEndpointGrantContext } from 'oidc-provider';
import { issueTokens } from './issue-tokens.ts';
import { errors } from './load-provider.ts';
import { hasPassword } from './users.ts';

interface Params {
  readonly username?: string;
  readonly password?: string;
}

/** Registers the password grant (RFC 6749 §4.3); it gives a refresh token. */
export function registerPassword(provider: Provider): void {
  const handle = async (ctx: TokenEndpointGrantContext<Params>): Promise<void> => {
    const { username, password } = ctx.oidc.params;
    if (username === undefined || password === undefined)
      throw new errors.InvalidRequest('username and password are required');
    if (!hasPassword(username, password)) throw new errors.InvalidGrant('wrong username or password');
    await issueTokens(provider, ctx, { accountId: username, withRefreshToken: true });
  };
  provider.registerGrantType('password', handle, ['username', 'password', 'scope', 'resource', 'audience'], 'resource');
}

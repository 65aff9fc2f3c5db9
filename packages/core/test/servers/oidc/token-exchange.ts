import type Provider from 'oidc-provider';
import type { TokenEndpointGrantContext } from 'oidc-provider';
import { validateDpop } from 'oidc-provider/lib/helpers/grants.js';
import { tokenExchange } from './grant-types.ts';
import { issueTokens } from './issue-tokens.ts';
import { errors } from './load-provider.ts';
import { readSubjectToken, type Actor, type Subject, type SubjectKeys } from './subject-token.ts';

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const jwtType = 'urn:ietf:params:oauth:token-type:jwt';
const tokenTypes = [accessTokenType, jwtType];

interface Params {
  readonly subject_token?: string;
  readonly subject_token_type?: string;
  readonly actor_token?: string;
  readonly actor_token_type?: string;
  readonly requested_token_type?: string;
}

/** Registers token exchange (RFC 8693): impersonation, and delegation with an actor token. */
export function registerTokenExchange(provider: Provider, keys: SubjectKeys): void {
  const read = async (token: string | undefined, type: string | undefined, name: string): Promise<Subject> => {
    if (token === undefined) throw new errors.InvalidRequest(`missing required parameter ${name}`);
    if (type === undefined) throw new errors.InvalidRequest(`missing required parameter ${name}_type`);
    if (!tokenTypes.includes(type)) throw new errors.InvalidRequest(`${name}_type is not supported`);
    const subject = await readSubjectToken(provider, keys, token);
    if (type === jwtType && !subject.isJwt) throw new errors.InvalidRequest(`${name} is not a JWT`);
    return subject;
  };

  const exchange = async (ctx: TokenEndpointGrantContext<Params>): Promise<void> => {
    // First, for a request that is only to learn the nonce must not cost anything.
    await validateDpop(provider, ctx);
    const { params } = ctx.oidc;
    const issuedTokenType = params.requested_token_type ?? accessTokenType;
    if (!tokenTypes.includes(issuedTokenType)) throw new errors.InvalidRequest('requested_token_type is not supported');
    // Without a target the token is opaque.
    if (issuedTokenType === jwtType && params.resource === undefined && ctx.oidc.body?.['audience'] === undefined)
      throw new errors.InvalidRequest('a JWT needs an audience or a resource');
    if (params.actor_token === undefined && params.actor_token_type !== undefined)
      throw new errors.InvalidRequest('actor_token_type must not be sent without actor_token');

    const subject = await read(params.subject_token, params.subject_token_type, 'subject_token');
    const actor =
      params.actor_token === undefined
        ? undefined
        : await read(params.actor_token, params.actor_token_type, 'actor_token');
    await issueTokens(provider, ctx, { accountId: subject.sub, issuedTokenType, ...actFor(subject, actor) });
  };

  provider.registerGrantType(
    tokenExchange,
    exchange,
    [
      ...['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type'],
      ...['requested_token_type', 'audience', 'resource', 'scope'],
    ],
    ['audience', 'resource'],
  );
}

/** Whoever acts now stands around those who acted before (RFC 8693 §4.1). */
function actFor(subject: Subject, actor: Subject | undefined): { act?: Actor } {
  const before = subject.act && { act: subject.act };
  return actor ? { act: { sub: actor.sub, ...before } } : { ...before };
}

import * as oauth from 'oauth4webapi';
import { TokenResponseError } from '../errors.ts';
import { isTokenText } from '../header.ts';
import { parseJsonObject } from '../json-object.ts';
import type { TokenType } from '../tokens/access-token.ts';
import { errorResponse, type ResponseContext } from './error-response.ts';
import { readBody } from './read-body.ts';
import { present } from './server-answer.ts';

/** What a token response says, its quirks smoothed out. */
export interface TokenResponse {
  readonly accessToken: string;
  /** In seconds; absent if the response tells none. */
  readonly expiresIn: number | undefined;
  readonly scope: string | undefined;
  readonly tokenType: TokenType;
  readonly refreshToken: string | undefined;
}

/**
 * Reads a token endpoint's answer. All that servers do beside the RFC is met here, before `oauth4webapi` checks what
 * is left.
 *
 * @throws {TokenRequestError} for an error response, {TokenResponseError} for what is no token response.
 */
export async function readTokenResponse(response: Response, context: ResponseContext): Promise<TokenResponse> {
  const body = await readBody(response);
  const members = parseJsonObject(body ?? '');
  const error = present(members?.get('error'));
  if (!response.ok || error !== undefined) throw errorResponse(response, body ?? '', members, context);
  if (body === undefined) throw malformed(response, context, 'is longer than 1 MiB');
  if (members === undefined) throw unexpected(response, context);
  const token = present(members.get('access_token'));
  if (typeof token !== 'string') throw malformed(response, context, 'has no access_token');
  if (!isTokenText(token)) {
    throw malformed(response, context, 'holds an access token with characters that a header cannot hold');
  }
  const tokenType = tokenTypeOf(members, response, context);
  const checked = await oauth.processGenericTokenEndpointResponse(
    context.server,
    context.registration,
    Response.json({ access_token: token, token_type: tokenType, ...scopeOf(members) }),
  );
  const { access_token: accessToken, scope } = checked;
  const refreshToken = present(members.get('refresh_token'));
  return {
    accessToken,
    tokenType,
    expiresIn: lifetimeOf(members, context.sentAt),
    scope,
    refreshToken: typeof refreshToken === 'string' ? refreshToken : undefined,
  };
}

function tokenTypeOf(members: ReadonlyMap<string, unknown>, response: Response, context: ResponseContext): TokenType {
  const given = present(members.get('token_type')) ?? 'Bearer';
  const name = typeof given === 'string' ? given.toLowerCase() : '';
  const known = (['Bearer', 'DPoP'] as const).find((scheme) => scheme.toLowerCase() === name);
  if (known !== undefined && context.tokenTypes.includes(known)) return known;
  if (name === 'n_a') {
    // RFC 8693 §2.2.1: a token of another kind, which no call can carry.
    const remedy = 'Leave requestedTokenType out, or ask for an access_token';
    throw malformed(response, context, 'has the token_type N_A: what was issued is no access token', remedy);
  }
  if (context.tokenTypes.includes('DPoP')) {
    const remedy = 'Let the server bind this client’s tokens, or set dpop: { allowBearer: true }';
    throw malformed(response, context, 'has another token_type than DPoP', remedy);
  }
  const what = 'has another token_type than Bearer';
  throw known === 'DPoP'
    ? malformed(response, context, what, 'The server binds its tokens to a key: set dpop: true')
    : malformed(response, context, what);
}

function scopeOf(members: ReadonlyMap<string, unknown>): { scope?: string } {
  const scope = present(members.get('scope'));
  if (Array.isArray(scope)) return { scope: scope.filter((name) => typeof name === 'string').join(' ') };
  return typeof scope === 'string' ? { scope } : {};
}

function lifetimeOf(members: ReadonlyMap<string, unknown>, sentAt: number): number | undefined {
  const lifetime = numberOf(present(members.get('expires_in')));
  if (lifetime !== undefined) return lifetime;
  const end = numberOf(present(members.get('expires_on')));
  return end === undefined ? undefined : end - sentAt / 1_000;
}

function numberOf(value: unknown): number | undefined {
  // `Number` takes blanks for 0.
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function unexpected(response: Response, { client, endpoint, secrets }: ResponseContext): TokenResponseError {
  const type = secrets.redact(response.headers.get('content-type') ?? 'no content type', 100);
  const { status } = response;
  const message = `client '${client}': ${endpoint} answered ${status} with ${type}, not with a JSON object. Check tokenEndpoint: is it a web page or a proxy that answers there?`;
  return new TokenResponseError(message, { code: 'invalid_token_response', client, server: { status } });
}

function malformed(
  response: Response,
  { client, endpoint }: ResponseContext,
  what: string,
  remedy = 'Check tokenEndpoint, and what the server is set up to issue',
): TokenResponseError {
  const message = `client '${client}': the token response of ${endpoint} ${what}. ${remedy}`;
  return new TokenResponseError(message, {
    code: 'invalid_token_response',
    client,
    server: { status: response.status },
  });
}

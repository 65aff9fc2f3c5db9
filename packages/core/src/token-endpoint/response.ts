import * as oauth from 'oauth4webapi';
import { TokenResponseError } from '../errors.ts';
import { errorResponse, present, type ResponseContext } from './error-response.ts';
import { parseJsonObject, readBody } from './read-body.ts';

/** What a token response says, its quirks smoothed out. */
export interface TokenResponse {
  readonly accessToken: string;
  /** In seconds; absent if the response tells none. */
  readonly expiresIn: number | undefined;
  readonly scope: string | undefined;
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
  if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(token)) {
    throw malformed(response, context, 'holds an access token with characters that a header cannot hold');
  }
  const tokenType = present(members.get('token_type')) ?? 'Bearer';
  if (typeof tokenType !== 'string' || tokenType.toLowerCase() !== 'bearer') {
    throw malformed(response, context, 'has another token_type than Bearer');
  }
  const checked = await oauth.processGenericTokenEndpointResponse(
    context.server,
    context.registration,
    Response.json({ access_token: token, token_type: tokenType, ...scopeOf(members) }),
  );
  return { accessToken: checked.access_token, expiresIn: lifetimeOf(members, context.sentAt), scope: checked.scope };
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

function malformed(response: Response, { client, endpoint }: ResponseContext, what: string): TokenResponseError {
  const message = `client '${client}': the token response of ${endpoint} ${what}. Check tokenEndpoint, and what the server is set up to issue`;
  return new TokenResponseError(message, {
    code: 'invalid_token_response',
    client,
    server: { status: response.status },
  });
}

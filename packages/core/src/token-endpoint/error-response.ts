import type * as oauth from 'oauth4webapi';
import { type ServerAnswer, TokenRequestError } from '../errors.ts';
import type { Secrets } from '../redact.ts';

/** Whose answer is read, and what must not be seen in an error about it. */
export interface ResponseContext {
  readonly client: string;
  readonly registration: oauth.Client;
  readonly server: oauth.AuthorizationServer;
  readonly endpoint: string;
  readonly secrets: Secrets;
  /** In milliseconds since the epoch. */
  readonly sentAt: number;
}

// EmpowerID, among others, fills every member.
const absent = new Set<unknown>(['', 'null', null, false]);

export function present(value: unknown): unknown {
  return absent.has(value) ? undefined : value;
}

/** The error that a token endpoint's error response means: RFC 6749 §5.2, and what servers say instead. */
export function errorResponse(
  response: Response,
  body: string,
  members: ReadonlyMap<string, unknown> | undefined,
  { client, endpoint, secrets }: ResponseContext,
): TokenRequestError {
  const { status } = response;
  // A server may echo what it has just issued.
  for (const name of ['access_token', 'refresh_token', 'id_token']) {
    const token = members?.get(name);
    if (typeof token === 'string') secrets.add(token);
  }
  if (status >= 300 && status < 400) {
    const message = `client '${client}': the token endpoint ${endpoint} answered ${status}, a redirect, which is never followed with credentials. Give the address that it leads to as tokenEndpoint`;
    return new TokenRequestError(message, { code: 'token_endpoint_failed', client, server: { status } });
  }
  const error = firstText(members, ['error', 'errorCode', 'code']);
  const description =
    firstText(members, ['error_description', 'errorSummary', 'message', 'detail']) ?? plainText(response, body);
  const server: ServerAnswer = {
    status,
    ...(error === undefined ? {} : { error: secrets.redact(error, 100) }),
    ...(description === undefined ? {} : { errorDescription: secrets.redact(description, 500) }),
  };
  const said = [server.error, server.errorDescription].filter((text) => text !== undefined).join(': ');
  const answer = `answered ${status}${said === '' ? ' without a word' : ` (${said})`}`;
  const failed = status >= 500 || status === 408 || status === 429;
  const message = `client '${client}': the token endpoint ${endpoint} ${answer}. ${remedyFor(response, server)}`;
  return new TokenRequestError(message, {
    code: failed ? 'token_endpoint_failed' : 'token_request_refused',
    client,
    server,
  });
}

function remedyFor(response: Response, { status, error, errorDescription }: ServerAnswer): string {
  if (error === 'invalid_scope') return 'Check scope: the server does not grant it to this client';
  if (error === 'invalid_target') return 'Check resource and audience: the server does not know them';
  if (error === 'unsupported_grant_type') return 'Check grant: the server does not take it';
  if (error === 'unauthorized_client') return 'Check what the client is registered for: it may not use this grant';
  if (error === 'invalid_client' || status === 401) {
    return 'Check clientId, clientSecret and how the client authenticates';
  }
  if (status === 404 || status === 405) return 'Check tokenEndpoint: the server has none at this address';
  if (status === 408) return 'The server gave up waiting: check the network between here and there';
  if (status === 429) return 'The server asks for fewer requests';
  if (status >= 500) return 'The fault is on the server’s side';
  const silent = error === undefined && errorDescription === undefined;
  if (silent && isPage(response)) return 'Check tokenEndpoint: is it a web page or a proxy that answers there?';
  return 'Check the client’s scope, audience and grant';
}

function isPage(response: Response): boolean {
  return /^(?:text\/html|application\/xhtml\+xml)\b/i.test(response.headers.get('content-type') ?? '');
}

function firstText(members: ReadonlyMap<string, unknown> | undefined, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = present(members?.get(name));
    if (typeof value === 'string') return value;
  }
  return undefined;
}

// Many servers send their own words as `text/html`, or as nothing at all. What has a tag in it is a page; broken JSON,
// and a form, may hold a token.
function plainText(response: Response, body: string): string | undefined {
  const text = body.trim();
  const plain = /^text\/|^$/i.test(response.headers.get('content-type') ?? '') && !/[<{]|_token=/.test(text);
  return plain && text !== '' ? text : undefined;
}

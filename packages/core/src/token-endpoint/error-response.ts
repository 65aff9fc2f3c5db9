import type * as oauth from 'oauth4webapi';
import { parseChallenges } from '../challenge.ts';
import { type ErrorCode, type ServerAnswer, TokenResponseError } from '../errors.ts';
import type { Secrets } from '../redact.ts';
import type { TokenType } from '../tokens/access-token.ts';

/** Whose answer is read, and what must not be seen in an error about it. */
export interface ResponseContext {
  readonly client: string;
  readonly registration: oauth.Client;
  readonly server: oauth.AuthorizationServer;
  readonly endpoint: string;
  readonly secrets: Secrets;
  /** In milliseconds since the epoch. */
  readonly sentAt: number;
  /** Which schemes a token may come with: Bearer alone where no DPoP proof was sent. */
  readonly tokenTypes: readonly TokenType[];
  /** Whether the token was asked for a subject: a user of the service, say. */
  readonly forSubject: boolean;
}

/** Members of an answer that hold what must not be shown. */
export const issuedTokens: readonly string[] = ['access_token', 'refresh_token', 'id_token'];

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
  context: ResponseContext,
): TokenResponseError {
  const { client, endpoint, secrets } = context;
  const { status } = response;
  // A server may echo what it has just issued.
  for (const name of issuedTokens) {
    const token = members?.get(name);
    if (typeof token === 'string') secrets.add(token);
  }
  if (status >= 300 && status < 400) {
    const message = `client '${client}': the token endpoint ${endpoint} answered ${status}, a redirect, which is never followed with credentials. Give the address that it leads to as tokenEndpoint`;
    return new TokenResponseError(message, { code: 'token_endpoint_failed', client, server: { status } });
  }
  const challenge = challengeOf(response);
  const error = firstText(members, ['error', 'errorCode', 'code']) ?? firstText(challenge, ['error']);
  const description =
    firstText(members, ['error_description', 'errorSummary', 'message', 'detail']) ??
    plainText(response, body) ??
    firstText(challenge, ['error_description']);
  const server: ServerAnswer = {
    status,
    ...(error === undefined ? {} : { error: secrets.redact(error, 100) }),
    ...(description === undefined ? {} : { errorDescription: secrets.redact(description, 500) }),
  };
  const said = [server.error, server.errorDescription].filter((text) => text !== undefined).join(': ');
  const answer = `answered ${status}${said === '' ? ' without a word' : ` (${said})`}`;
  const code = codeFor(server, context.forSubject);
  const remedy = remedyFor(response, server, code);
  const message = `client '${client}': the token endpoint ${endpoint} ${answer}. ${remedy}`;
  return new TokenResponseError(message, { code, client, server });
}

// What says that the subject token is no good: RFC 8693 §2.2.2 has `invalid_request`, others their own words.
const subjectErrors = new Set(['interaction_required', 'invalid_grant', 'invalid_request', 'invalid_token']);

function codeFor({ status, error }: ServerAnswer, forSubject: boolean): ErrorCode {
  if (status >= 500 || status === 408 || status === 429) return 'token_endpoint_failed';
  return forSubject && subjectErrors.has(error ?? '') ? 'subject_token_refused' : 'token_request_refused';
}

function remedyFor(response: Response, { status, error, errorDescription }: ServerAnswer, code: ErrorCode): string {
  if (code === 'subject_token_refused') {
    return 'Check the subject token: has it ended, and is it meant for this client? Else the grant and its options';
  }
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

/** The parameters of its challenge, which speak where the body doesn't. */
function challengeOf(response: Response): ReadonlyMap<string, string> | undefined {
  const challenges = parseChallenges(response.headers.get('www-authenticate') ?? '');
  return challenges.find(({ parameters }) => parameters.has('error'))?.parameters;
}

/** The first of these members that holds a text. */
export function firstText(
  members: ReadonlyMap<string, unknown> | undefined,
  names: readonly string[],
): string | undefined {
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

import type * as oauth from 'oauth4webapi';
import type { ErrorCode, ServerAnswer } from '../error-details.ts';
import { TokenResponseError } from '../errors.ts';
import type { Secrets } from '../redact.ts';
import { retryAfterOf } from '../retry-after.ts';
import type { TokenType } from '../tokens/access-token.ts';
import { answered, serverAnswer } from './server-answer.ts';

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
  readonly grantType: string;
  /** What to check where the server refuses the client. */
  readonly clientRemedy: string;
  /** Whether the token was asked for a subject: a user of the service, say. */
  readonly forSubject: boolean;
}

// Members of an answer that hold what must not be shown.
const issuedTokens: readonly string[] = ['access_token', 'refresh_token', 'id_token'];

/** The error that a token endpoint's error response means. @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
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
  const server = serverAnswer(response, body, members, secrets);
  const code = codeFor(server, context.forSubject);
  const remedy = remedyFor(response, server, code, context);
  const message = `client '${client}': the token endpoint ${endpoint} ${answered(server)}. ${remedy}`;
  return new TokenResponseError(message, { code, client, server, retryAfter: retryAfterOf(response, context.sentAt) });
}

// What says that the subject token is no good: RFC 8693 §2.2.2 has `invalid_request`, others their own words.
const subjectErrors = new Set(['interaction_required', 'invalid_grant', 'invalid_request', 'invalid_token']);

function codeFor({ status, error }: ServerAnswer, forSubject: boolean): ErrorCode {
  if (status >= 500 || status === 408 || status === 429) return 'token_endpoint_failed';
  return forSubject && subjectErrors.has(error ?? '') ? 'subject_token_refused' : 'token_request_refused';
}

// For the codes of RFC 6749, RFC 8707 and RFC 9396.
const remedies: ReadonlyMap<string | undefined, string> = new Map([
  ['invalid_authorization_details', 'Check authorizationDetails: the server does not take them'],
  [
    'invalid_grant',
    'Check what the grant sends (a password, an assertion, a refresh token), and scope: some servers say so of one that they do not know',
  ],
  ['invalid_request', 'Check parameters and tokenRequestFormat: the server misses something, or does not take it so'],
  ['invalid_scope', 'Check scope: the server does not grant it to this client'],
  ['invalid_target', 'Check resource and audience: the server does not know them'],
  ['unauthorized_client', 'Check what the client is registered for: it may not use this grant'],
  ['unsupported_grant_type', 'Check grant: the server does not take it'],
]);

function remedyFor(
  response: Response,
  { status, error, errorDescription }: ServerAnswer,
  code: ErrorCode,
  { tokenTypes, grantType, clientRemedy }: ResponseContext,
): string {
  if (code === 'subject_token_refused') {
    return 'Check the subject token: has it ended, and is it meant for this client? Else the grant and its options';
  }
  if (error === 'use_dpop_nonce' || error === 'invalid_dpop_proof') {
    return tokenTypes.includes('DPoP')
      ? 'Check dpop (its key and algorithm) and this host’s clock: the server does not take the proof'
      : 'The server binds its tokens to a key: set dpop: true';
  }
  if (error === 'invalid_grant' && grantType === 'client_credentials') {
    // There is nothing of a grant in it that could be wrong.
    return 'Check scope: some servers say so of one that they do not know; and dpop, if the server binds its tokens';
  }
  const remedy = remedies.get(error);
  if (remedy !== undefined) return remedy;
  if (error === 'invalid_client' || status === 401) return clientRemedy;
  if (status === 404 || status === 405) return 'Check tokenEndpoint: the server has none at this address';
  if (status === 408) return 'The server gave up waiting: check the network between here and there';
  if (status === 429) return 'The server asks for fewer requests';
  if (status >= 500) return 'The fault is on the server’s side';
  const silent = error === undefined && errorDescription === undefined;
  if (silent && isPage(response)) return 'Check tokenEndpoint: is it a web page or a proxy that answers there?';
  if (status === 403 && error === undefined) {
    return 'Check tokenRequestHeaders: is there a gateway that wants an API key? Else scope, audience and grant';
  }
  return 'Check the client’s scope, audience and grant';
}

function isPage(response: Response): boolean {
  return /^(?:text\/html|application\/xhtml\+xml)\b/i.test(response.headers.get('content-type') ?? '');
}

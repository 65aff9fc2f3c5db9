import { presentedClient } from './client-check.ts';
import { TokenRegistry, type IssuedToken } from './issued-tokens.ts';
import { listenOnLoopback } from './loopback.ts';
import { jsonAnswer, type ReadyAnswer } from './ready-answer.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { serveRecorded } from './serve-recorded.ts';
import { scriptedAnswers, type Scripting } from './scripting.ts';

/** What an authorization server of the tests does when no script says otherwise. */
export interface AuthorizationServerOptions {
  /** Seconds that its tokens live; default 3600. */
  readonly expiresIn?: number;
  /** Secret by client id; others are refused with 401 `invalid_client`. Default: every client is welcome. */
  readonly clients?: Readonly<Record<string, string>>;
  /** Decides when tokens end; default: the system's clock. A `manualClock()` fits. */
  readonly clock?: { now(): number };
}

/** An authorization server on loopback; its scripting is about the token endpoint. */
export interface AuthorizationServer extends Scripting, AsyncDisposable {
  /** For example `http://127.0.0.1:40123`. */
  readonly issuer: string;
  /** The address that token requests are sent to. */
  readonly tokenEndpoint: string;
  /** The same scripting for the discovery document, which both well-known addresses serve. */
  readonly discovery: Scripting;
  /** All tokens it gave out, the oldest first. */
  readonly issuedTokens: readonly IssuedToken[];
  /** Whether it issued the token, and that has neither ended nor been revoked. */
  isActive(accessToken: string): boolean;
  /**
   * Ends one token now.
   *
   * @throws {Error} for a token that this server never issued.
   */
  revoke(accessToken: string): void;
  /** Ends all tokens issued so far. */
  revokeAll(): void;
  /** Stops at once; open connections are cut. */
  close(): Promise<void>;
}

/**
 * Starts an authorization server on a free loopback port.
 *
 * @throws {TypeError} for a wrong option, naming it.
 * @example
 * ```ts
 * import { startAuthorizationServer } from '@outbound-auth/testing';
 *
 * const server = await startAuthorizationServer({ clients: { orders: 'a secret' }, expiresIn: 60 });
 * server.respondOnce({ status: 503, headers: { 'retry-after': '1' } });
 * const response = await fetch(server.tokenEndpoint, { method: 'POST' });
 * console.log(response.status, server.requests.length); // 503 1
 * await server.close();
 * ```
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const { expiresIn = 3600, clients, clock = { now: Date.now } } = options;
  if (!Number.isFinite(expiresIn)) {
    throw new TypeError(`expiresIn: ${expiresIn} is not a lifetime; give seconds, or script an odd one by respondOnce`);
  }
  const loopback = await listenOnLoopback();
  const issuer = loopback.origin;
  const tokens = new TokenRegistry(() => clock.now());
  const tokenEndpoint = scriptedAnswers((request) => answerToken(request, tokens, expiresIn, clients));
  const discovery = scriptedAnswers(() => jsonAnswer(200, metadata(issuer)));
  serveRecorded(loopback.server, (request) => {
    const [path = ''] = request.path.split('?');
    if (path === '/token') return tokenEndpoint.answer(request);
    if (discoveryPaths.includes(path)) return discovery.answer(request);
    return Promise.resolve(jsonAnswer(404, { error: 'not_found' }));
  });
  const close = async (): Promise<void> => {
    tokenEndpoint.close();
    discovery.close();
    await loopback.close();
  };
  return {
    ...tokenEndpoint.scripting,
    issuer,
    tokenEndpoint: `${issuer}/token`,
    discovery: discovery.scripting,
    issuedTokens: tokens.issued,
    isActive: (accessToken) => tokens.isActive(accessToken),
    revoke: (accessToken) => tokens.revoke(accessToken),
    revokeAll: () => tokens.revokeAll(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const discoveryPaths: readonly string[] = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];

function metadata(issuer: string): object {
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
  };
}

function answerToken(
  request: RecordedRequest,
  tokens: TokenRegistry,
  expiresIn: number,
  clients: Readonly<Record<string, string>> | undefined,
): ReadyAnswer {
  if (request.method !== 'POST') return jsonAnswer(405, { error: 'invalid_request' }, { allow: 'POST' });
  if (!request.parameters.has('grant_type')) {
    return jsonAnswer(400, { error: 'invalid_request', error_description: 'grant_type is missing' });
  }
  const { clientId, clientSecret, method } = presentedClient(request);
  if (clients && !(Object.hasOwn(clients, clientId) && clients[clientId] === clientSecret)) {
    // RFC 6749 §5.2: the challenge is due only to a client that came by the Authorization header.
    const challenge = method === 'basic' ? { 'www-authenticate': 'Basic realm="token"' } : undefined;
    return jsonAnswer(401, { error: 'invalid_client' }, challenge);
  }
  const scope = request.parameters.get('scope') ?? '';
  const { accessToken } = tokens.issue(clientId, scope, expiresIn);
  const granted = { access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn };
  return jsonAnswer(200, scope === '' ? granted : { ...granted, scope }, { 'cache-control': 'no-store' });
}

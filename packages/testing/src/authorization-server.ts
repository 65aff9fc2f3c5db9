import { answersOf, discoveryPaths, metadata } from './authorization-server-answers.ts';
import { TokenRegistry, type IssuedToken } from './issued-tokens.ts';
import { listenOnLoopback } from './loopback.ts';
import { jsonAnswer } from './ready-answer.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { serveRecorded } from './serve-recorded.ts';
import { scriptedAnswers, type Scripting } from './scripting.ts';

/** What an authorization server of the tests does when no script says otherwise. */
export interface AuthorizationServerOptions {
  /** Seconds that its tokens live; default 3600. */
  readonly expiresIn?: number;
  /**
   * Secret by client id; others are refused with 401 `invalid_client`, those that authenticate otherwise (by an assertion, a
   * certificate) among them. Default: every client is welcome, whatever it shows.
   */
  readonly clients?: Readonly<Record<string, string>>;
  /** Decides when tokens end; default: the system's clock. A `manualClock()` fits. */
  readonly clock?: { now(): number };
  /**
   * Makes the text of a token of the request for it: a JWT for code that reads claims, or one that tells whose it is by
   * `parameters.get('subject_token')`. Default: another opaque text each time.
   */
  readonly accessToken?: (request: RecordedRequest) => string | Promise<string>;
}

/** An authorization server on loopback; its scripting is about the token endpoint. */
export interface AuthorizationServer extends Scripting, AsyncDisposable {
  /** For example `http://127.0.0.1:40123`. */
  readonly issuer: string;
  /** The address that token requests are sent to. */
  readonly tokenEndpoint: string;
  /** The address that revocations are sent to; the discovery document names it. @see https://www.rfc-editor.org/rfc/rfc7009 */
  readonly revocationEndpoint: string;
  /** The same scripting for the discovery document, which both well-known addresses serve. */
  readonly discovery: Scripting;
  /** The same for the revocation endpoint, which ends tokens as `revoke` does. */
  readonly revocation: Scripting;
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
  const { expiresIn = 3600, clients, clock = { now: Date.now }, accessToken } = options;
  if (!Number.isFinite(expiresIn)) {
    throw new TypeError(`expiresIn: ${expiresIn} is not a lifetime; give seconds, or script an odd one by respondOnce`);
  }
  if (accessToken !== undefined && typeof accessToken !== 'function') {
    throw new TypeError('accessToken: must be a function that makes the text of a token; or leave it out');
  }
  const loopback = await listenOnLoopback();
  const issuer = loopback.origin;
  const tokens = new TokenRegistry(() => clock.now());
  const answers = answersOf({ tokens, expiresIn, clients, accessToken });
  const tokenEndpoint = scriptedAnswers(answers.token);
  const revocation = scriptedAnswers(answers.revocation);
  const discovery = scriptedAnswers(() => jsonAnswer(200, metadata(issuer)));
  serveRecorded(loopback.server, (request) => {
    const [path = ''] = request.path.split('?');
    if (path === '/token') return tokenEndpoint.answer(request);
    if (path === '/revoke') return revocation.answer(request);
    if (discoveryPaths.includes(path)) return discovery.answer(request);
    return Promise.resolve(jsonAnswer(404, { error: 'not_found' }));
  });
  const close = async (): Promise<void> => {
    for (const part of [tokenEndpoint, revocation, discovery]) part.close();
    await loopback.close();
  };
  return {
    ...tokenEndpoint.scripting,
    issuer,
    tokenEndpoint: `${issuer}/token`,
    revocationEndpoint: `${issuer}/revoke`,
    discovery: discovery.scripting,
    revocation: revocation.scripting,
    issuedTokens: tokens.issued,
    isActive: (accessToken) => tokens.isActive(accessToken),
    revoke: (accessToken) => tokens.revoke(accessToken),
    revokeAll: () => tokens.revokeAll(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

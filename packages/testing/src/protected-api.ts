import type { Socket } from 'node:net';
import { listenOnLoopback } from './loopback.ts';
import { jsonAnswer, type ReadyAnswer } from './ready-answer.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { serveRecorded } from './serve-recorded.ts';
import { scriptedAnswers, type Scripting } from './scripting.ts';

/** Says whether a token is good. */
export type TokenCheck = (accessToken: string) => boolean | Promise<boolean>;

/** How a protected API decides. */
export interface ProtectedApiOptions {
  /** A function over the bearer token, or the authorization server whose active tokens are good. */
  readonly verify: TokenCheck | { isActive: TokenCheck };
}

/** An API on loopback that wants a bearer token. */
export interface ProtectedApi extends Scripting, AsyncDisposable {
  /** For example `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** How many connections are open to it now, used or not. */
  readonly connections: number;
  /** Stops at once; open connections are cut. */
  close(): Promise<void>;
}

/**
 * Starts an API on a free loopback port.
 *
 * A good token is answered by 200 and the JSON `{ method, path, headers, body }` of the request, any other by 401 with
 * `WWW-Authenticate: Bearer error="invalid_token"`, none at all by 401 with `WWW-Authenticate: Bearer` (RFC 6750 §3.1).
 *
 * @throws {TypeError} without a usable `verify`.
 * @example
 * ```ts
 * import { startAuthorizationServer, startProtectedApi } from '@outbound-auth/testing';
 *
 * const server = await startAuthorizationServer();
 * const api = await startProtectedApi({ verify: server });
 * api.respondWith(({ path }) => (path === '/old' ? { status: 302, headers: { location: '/new' } } : undefined));
 * const response = await fetch(`${api.origin}/old`);
 * console.log(response.status, api.requests.length); // 401 2
 * await api.close();
 * await server.close();
 * ```
 */
export async function startProtectedApi(options: ProtectedApiOptions): Promise<ProtectedApi> {
  const check = tokenCheck(options);
  const loopback = await listenOnLoopback();
  const connections = new Set<Socket>();
  loopback.server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const answers = scriptedAnswers((request) => answerCall(request, check));
  serveRecorded(loopback.server, (request) => answers.answer(request));
  const close = async (): Promise<void> => {
    answers.close();
    await loopback.close();
  };
  return {
    ...answers.scripting,
    origin: loopback.origin,
    get connections() {
      return connections.size;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function tokenCheck({ verify }: Partial<ProtectedApiOptions>): TokenCheck {
  if (typeof verify === 'function') return verify;
  if (typeof verify?.isActive === 'function') return (accessToken) => verify.isActive(accessToken);
  throw new TypeError(
    'verify: give a function over the token, or an authorization server from startAuthorizationServer',
  );
}

async function answerCall(request: RecordedRequest, check: TokenCheck): Promise<ReadyAnswer> {
  const [, accessToken] = /^Bearer +(.+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
  if (accessToken === undefined) {
    return jsonAnswer(401, { error: 'no bearer token' }, { 'www-authenticate': 'Bearer' });
  }
  if (!(await check(accessToken))) {
    return jsonAnswer(401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer error="invalid_token"' });
  }
  const { method, path, headers, body } = request;
  return jsonAnswer(200, { method, path, headers, body });
}

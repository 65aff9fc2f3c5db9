import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProxyHarness } from './proxy-harness.ts';
import type { ProxyScenario } from './proxy-scenario.ts';
import type { WebSocketEnd } from './web-socket-library.ts';

type Headers = Readonly<Record<string, string>>;

/** The caller's end of a WebSocket. */
interface OpenSocket {
  /** Sends a message; gives the next that comes. */
  readonly ask: (message: string) => Promise<string>;
}

/** WebSockets through the application to the upstream, which sends back what it gets. */
export interface SocketScene {
  /** What asked the upstream for a WebSocket. */
  readonly arrived: readonly IncomingMessage[];
  /** Rejects where it is refused. */
  readonly open: (path: string, headers?: Headers) => Promise<OpenSocket>;
  /** Gives the answer in place of a WebSocket; rejects where the connection ends without one. */
  readonly refused: (path: string, headers?: Headers) => Promise<{ status: number; headers: IncomingHttpHeaders }>;
  /** Has the application serve WebSockets of its own at a path. */
  readonly serveOthers: (path: string) => void;
}

/** Plays a test with the upstream's end of WebSockets; ends them all. */
export async function playSockets(
  { server, live, origin, application }: ProxyScenario,
  { webSockets }: ProxyHarness,
  body: (scene: SocketScene) => Promise<void>,
): Promise<void> {
  const { WebSocket, WebSocketServer } = webSockets;
  const accepting = new WebSocketServer({ noServer: true });
  const arrived: IncomingMessage[] = [];
  const ends: WebSocketEnd[] = [];
  const accept = (request: IncomingMessage, socket: Duplex, head: Buffer, prefix = ''): void => {
    accepting.handleUpgrade(request, socket, head, (end) => {
      ends.push(end);
      end.on('message', (message) => {
        end.send(`${prefix}${String(message)}`);
      });
    });
  };
  live.server.on('upgrade', (request, socket, head) => {
    arrived.push(request);
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (server.isActive(token)) accept(request, socket, head);
    else socket.end(unauthorized);
  });
  const connect = (path: string, headers: Headers = {}): WebSocketEnd => {
    const end = new WebSocket(`${origin.replace('http', 'ws')}${path}`, { headers });
    end.on('error', () => undefined);
    ends.push(end);
    return end;
  };
  try {
    await body({
      arrived,
      open: async (path, headers) => {
        const end = connect(path, headers);
        await once(end, 'open');
        return {
          ask: async (message) => {
            const answer = once(end, 'message');
            end.send(message);
            return String((await answer)[0]);
          },
        };
      },
      refused: async (path, headers) => {
        const answered: Promise<[unknown, IncomingMessage]> = answerTo(connect(path, headers));
        const [, { statusCode = 0, headers: given }] = await answered;
        return { status: statusCode, headers: given };
      },
      serveOthers: (path) => {
        application.on('upgrade', (request, socket, head) => {
          if (request.url === path) accept(request, socket, head, 'other: ');
        });
      },
    });
  } finally {
    for (const end of ends) end.terminate();
  }
}

function answerTo(end: WebSocketEnd): Promise<[unknown, IncomingMessage]> {
  return new Promise((resolve, reject) => {
    end.once('unexpected-response', (...given: [unknown, IncomingMessage]) => {
      resolve(given);
    });
    end.once('open', () => {
      reject(new Error('it was opened'));
    });
    end.once('error', reject);
  });
}

const unauthorized = [
  'HTTP/1.1 401 Unauthorized',
  'www-authenticate: Bearer error="invalid_token"',
  'connection: close',
  'content-length: 0',
  '\r\n',
].join('\r\n');

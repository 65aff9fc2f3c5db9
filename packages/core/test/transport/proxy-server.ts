import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { listen } from '../servers/listen.ts';

/** What a proxy was asked for. */
export interface Proxied {
  /** `CONNECT` for a tunnel, or the method of a request that was handed over whole. */
  readonly method: string;
  /** Host and port of a tunnel, or the absolute address of a request. */
  readonly target: string;
  readonly authorization: string | undefined;
}

/** How a proxy behaves. */
export interface ProxyOptions {
  /** The value of `Proxy-Authorization` that it wants. Default: none. */
  readonly authorization?: string;
  /** Answers everything with this status. Default: it does its work. */
  readonly status?: number;
}

/** An HTTP proxy on loopback. */
export interface ProxyServer {
  readonly origin: string;
  readonly requests: readonly Proxied[];
  close(): Promise<void>;
}

export async function startProxy({ authorization: wanted, status }: ProxyOptions = {}): Promise<ProxyServer> {
  const { server, origin, close } = await listen();
  const requests: Proxied[] = [];
  const sockets = new Set<Duplex>();
  /** Notes the request. The status to refuse it with, if it is refused. */
  const refusal = ({ method = '', url = '', headers }: IncomingMessage): number | undefined => {
    const authorization = headers['proxy-authorization'];
    requests.push({ method, target: url, authorization });
    return wanted !== undefined && authorization !== wanted ? 407 : status;
  };
  server.on('connect', (message: IncomingMessage, socket: Socket) => {
    const refused = refusal(message);
    socket.on('error', () => socket.destroy());
    if (refused !== undefined) {
      socket.end(`HTTP/1.1 ${refused} Refused\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${message.url ?? ''}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) sockets.add(end);
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    const refused = refusal(message);
    if (refused !== undefined) {
      response.writeHead(refused, { 'proxy-authenticate': 'Basic' }).end();
      return;
    }
    const { method, headers, url = '' } = message;
    const { 'proxy-authorization': _, ...others } = headers;
    message.pipe(
      request(url, { method, headers: others }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }).on('error', () => response.destroy()),
    );
  });
  return {
    origin,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await close();
    },
  };
}

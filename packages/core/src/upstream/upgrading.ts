import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { isOutboundAuthError, OptionsError } from '../errors.ts';
import { parseUrl } from '../parse-url.ts';

/** Whatever takes connections, for the type of its method. */
interface Upgrading {
  /** See `UpgradeHandler`. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * Takes a connection that asks to become a WebSocket, as a server's `upgrade` event tells of it. Of a method's type, for
 * proxies know the socket as `net.Socket`, and servers as `Duplex`.
 */
export type UpgradeHandler = Upgrading['handle'];

/**
 * Prepares each connection below this path before the proxy takes it; where that fails, refuses it and tells of it.
 *
 * @throws {OptionsError} for a path without a slash before it.
 */
export function upgrading(
  prepare: (request: IncomingMessage) => Promise<boolean>,
  proxy: UpgradeHandler,
  path: string | undefined = '/',
  tell: (error: unknown, request: IncomingMessage) => void = () => undefined,
): UpgradeHandler {
  if (!path.startsWith('/')) {
    const message = `must begin with a slash, such as '/${path}': no request is below it otherwise`;
    throw new OptionsError([{ path: 'upgrade(proxy, path)', message }]);
  }
  return (request, socket, head) => {
    if (!isBelow(path, request.url)) return;
    // Where nobody listens, a connection that breaks would end the process, and proxies begin to only when they are through.
    const broken = (): void => void socket.destroy();
    socket.on('error', broken);
    prepare(request).then(
      (waits) => {
        if (waits) handOver(() => proxy(request, socket, head), socket);
      },
      (error: unknown) => {
        socket.end(refusal(error), broken);
        tell(error, request);
      },
    );
  };
}

/** What a listener throws is an exception of the process, as it would be without us, and no rejection. */
function handOver(proxy: () => void, socket: Duplex): void {
  try {
    proxy();
  } catch (error) {
    socket.destroy();
    process.nextTick(() => {
      throw error;
    });
  }
}

function isBelow(path: string, url: string | undefined): boolean {
  const pathname = parseUrl(`http://localhost${url ?? ''}`)?.pathname;
  const prefix = path.replace(/\/+$/, '');
  return pathname !== undefined && (pathname === prefix || pathname.startsWith(`${prefix}/`));
}

/** The caller learns the status and no more. */
function refusal(error: unknown): string {
  const { status, headers } = isOutboundAuthError(error) ? error : { status: 500, headers: {} };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n${lines.join('')}\r\n`;
}

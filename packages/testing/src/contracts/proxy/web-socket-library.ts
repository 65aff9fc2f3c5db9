import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** One end of a WebSocket. */
export interface WebSocketEnd extends EventEmitter {
  send(text: string): void;
  terminate(): void;
}

/** Of the package `ws`, what the contract uses: give it the package. */
export interface WebSocketLibrary {
  readonly WebSocket: new (
    url: string,
    options: { readonly headers: Readonly<Record<string, string>> },
  ) => WebSocketEnd;
  readonly WebSocketServer: new (options: { readonly noServer: true }) => {
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, accepted: (end: WebSocketEnd) => void): void;
  };
}

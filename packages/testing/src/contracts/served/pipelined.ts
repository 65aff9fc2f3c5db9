import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends requests one right after the other over one connection, and gives all that comes back on it. */
export async function pipelined(origin: string, requests: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  // The last one has the server close when all are answered.
  const last = requests.length - 1;
  const closing = requests.map((request, index) =>
    index === last ? request.replace('\r\n', '\r\nconnection: close\r\n') : request,
  );
  socket.write(closing.join(''));
  return text(socket);
}

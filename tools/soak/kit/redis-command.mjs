import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends one command to a Redis server; throws what it answers when that is an error. */
export async function redisCommand({ port }, ...words) {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(`${words.join(' ')}\r\n`);
    const [answer] = await once(socket, 'data');
    if (String(answer).startsWith('-')) throw new Error(`Redis: ${String(answer).trim()}`);
  } finally {
    socket.destroy();
  }
}

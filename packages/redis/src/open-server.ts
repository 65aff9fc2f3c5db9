import type { SecretSource } from '@outbound-auth/core';
import { createClient, type RedisClientOptions } from 'redis';
import { assertAddress } from './address.ts';
import type { Open, SessionHost } from './session.ts';

/** A client that is never connected. Its copies are: to make the first of a kind takes longer than a call has time. */
export type Pattern = ReturnType<typeof createClient>;

/** Connects to one server. */
export function serverOpener(url: SecretSource, clientOptions: RedisClientOptions): Open {
  const pattern = patternOf(clientOptions);
  return async (host) => {
    const address: unknown = typeof url === 'function' ? await url() : url;
    host.signal.throwIfAborted();
    assertAddress(address, clientOptions);
    return connected(pattern, { url: address, socket: { ...clientOptions.socket } }, host);
  };
}

export function patternOf(options: RedisClientOptions): Pattern {
  return createClient({ maintNotifications: 'disabled', ...options });
}

/** A client that ends when its connection does: a session doesn't mend. */
export async function connected(
  pattern: Pattern,
  options: Pick<RedisClientOptions, 'url' | 'socket'>,
  host: SessionHost,
): Promise<Pattern> {
  const client = pattern.duplicate(oneConnection(options, host.signal));
  client.on('error', (error: Error) => host.lost(error));
  host.signal.addEventListener('abort', () => client.destroy());
  client.unref();
  await client.connect();
  return client;
}

/** The options of a client without an offline queue, that connects once, and whose socket ends with the signal. */
export function oneConnection<Options extends Pick<RedisClientOptions, 'socket'>>(
  options: Options,
  signal: AbortSignal,
): Options & Pick<RedisClientOptions, 'disableOfflineQueue'> {
  return {
    ...options,
    disableOfflineQueue: true,
    // Its own way to try again holds the process by a timer.
    socket: { ...options.socket, signal, reconnectStrategy: false },
  };
}

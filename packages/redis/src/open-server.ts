import type { SecretSource } from '@outbound-auth/core';
import { createClient, type RedisClientOptions } from 'redis';
import { assertAddress } from './address.ts';
import type { OpenClient, SessionHost } from './session.ts';

/** Connects to one server. */
export async function openServer(
  url: SecretSource,
  clientOptions: RedisClientOptions,
  host: SessionHost,
): Promise<OpenClient> {
  const address: unknown = typeof url === 'function' ? await url() : url;
  assertAddress(address, clientOptions);
  return connected({ ...clientOptions, url: address }, host);
}

/** A client that ends when its connection does: a session doesn't mend. */
export async function connected(
  options: RedisClientOptions,
  host: SessionHost,
): Promise<OpenClient<ReturnType<typeof createClient>>> {
  const client = createClient(oneConnection(options, host.signal));
  client.on('error', (error: Error) => host.lost(error));
  host.signal.addEventListener('abort', () => client.destroy());
  await client.connect();
  return { redis: client, hold: (held) => (held ? client.ref() : client.unref()) };
}

/** The options of a client without an offline queue, that connects once, and whose socket ends with the signal. */
export function oneConnection<Options extends Pick<RedisClientOptions, 'socket'>>(
  options: Options,
  signal: AbortSignal,
): Options & Pick<RedisClientOptions, 'disableOfflineQueue' | 'maintNotifications'> {
  return {
    maintNotifications: 'disabled',
    ...options,
    disableOfflineQueue: true,
    // Its own way to try again holds the process by a timer.
    socket: { ...options.socket, signal, reconnectStrategy: false },
  };
}

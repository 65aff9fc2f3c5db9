import { type Clock, systemClock } from '../clock.ts';
import { OptionsError } from '../errors.ts';
import { type EventListener, guardListener } from '../events.ts';
import { type Random, systemRandom } from '../random.ts';
import { type ClientSettings, readClient, type SharedSettings } from './client-settings.ts';
import { isObject, OptionReader } from '../option-reader.ts';
import type { OutboundAuthOptions, ResolveClient } from './options.ts';
import { plainTransport, readTransport } from './read-transport.ts';

/** What a user has written, checked. */
export interface Settings {
  readonly shared: SharedSettings;
  readonly clients: readonly ClientSettings[];
  readonly resolveClient: ResolveClient | undefined;
}

/** All checks and all defaults, once. @throws {OptionsError} that lists every mistake. */
export function normalize(options: OutboundAuthOptions): Settings {
  if (!isObject(options)) throw new OptionsError([{ path: 'options', message: 'must be an object with clients' }]);
  const reader = new OptionReader(options, '');
  const shared: SharedSettings = {
    unmatched: reader.oneOf('unmatched', ['pass', 'refuse']),
    emit: guardListener(reader.callable<EventListener>('onEvent')),
    transport: readTransport(reader, plainTransport),
    clock: readClock(reader),
    random: reader.callable<Random>('random') ?? systemRandom,
  };
  const resolveClient = reader.callable<ResolveClient>('resolveClient');
  const clients = readClients(reader, shared);
  reader.refuseOthers();
  if (reader.problems.length > 0) throw new OptionsError(reader.problems);
  return { shared, clients, resolveClient };
}

function readClock(reader: OptionReader): Clock {
  const clock = reader.value('clock');
  if (clock === undefined) return systemClock;
  if (isClock(clock)) return clock;
  reader.refuse('clock', 'must be an object with the functions now and after');
  return systemClock;
}

function isClock(value: unknown): value is Clock {
  return (
    isObject(value) &&
    'now' in value &&
    typeof value.now === 'function' &&
    'after' in value &&
    typeof value.after === 'function'
  );
}

function readClients(reader: OptionReader, shared: SharedSettings): ClientSettings[] {
  if (reader.value('clients') === undefined) {
    reader.refuse('clients', 'is missing; name at least one client, or give clients: {} beside resolveClient');
  }
  const clients = reader.child('clients');
  if (clients === undefined) return [];
  return clients.names().flatMap((name) => {
    if (clients.value(name) === undefined) clients.refuse(name, 'is undefined; give its options, or leave it out');
    const client = clients.child(name);
    return client === undefined ? [] : [readClient(name, client, shared)];
  });
}

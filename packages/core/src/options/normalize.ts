import { type Clock, systemClock, unrefClock } from '../clock.ts';
import { OptionsError } from '../errors.ts';
import { type EventListener, guardListener } from '../events.ts';
import { type Random, systemRandom } from '../random.ts';
import { type ClientSettings, readClient, type SharedSettings } from './client-settings.ts';
import { isObject, OptionReader } from '../option-reader.ts';
import type { OutboundAuthOptions, ResolveClient } from './options.ts';
import { readEncryptionKeys } from './read-encryption-keys.ts';
import { readStore } from './read-store.ts';
import { plainTransport, readTransport } from './read-transport.ts';
import { GuardedStore } from '../stores/guarded-store.ts';

/** What a user has written, checked. */
export interface Settings {
  readonly shared: SharedSettings;
  readonly clients: readonly ClientSettings[];
  readonly resolveClient: ResolveClient | undefined;
  readonly maxTenants: number;
}

/** All checks and all defaults, once. @throws {OptionsError} that lists every mistake. */
export function normalize(options: OutboundAuthOptions): Settings {
  if (!isObject(options)) throw new OptionsError([{ path: 'options', message: 'must be an object with clients' }]);
  const reader = new OptionReader(options, '');
  const common = {
    emit: guardListener(reader.callable<EventListener>('onEvent')),
    clock: readClock(reader),
    random: reader.callable<Random>('random') ?? systemRandom,
  };
  const shared: SharedSettings = {
    ...common,
    unmatched: reader.oneOf('unmatched', ['pass', 'refuse']),
    transport: readTransport(reader, plainTransport),
    sharing: readSharing(reader, common),
  };
  const resolveClient = reader.callable<ResolveClient>('resolveClient');
  const maxTenants = reader.number('maxTenants', 1_000, { min: 1, max: 10_000_000 }, 'tenants');
  const clients = readClients(reader, shared);
  reader.refuseOthers();
  if (reader.problems.length > 0) throw new OptionsError(reader.problems);
  return { shared, clients, resolveClient, maxTenants };
}

function readSharing(
  reader: OptionReader,
  common: Pick<SharedSettings, 'clock' | 'random' | 'emit'>,
): SharedSettings['sharing'] {
  const given = readStore(reader);
  const seal = readEncryptionKeys(reader, common.clock);
  const range = { min: 0.001, max: 1_000_000 };
  const storeTimeout = 1_000 * reader.number('storeTimeout', 0.25, range, 'seconds');
  const lockTimeout = 1_000 * reader.number('lockTimeout', 5, range, 'seconds');
  if (given !== undefined)
    return {
      store: new GuardedStore(given, { ...common, clock: unrefClock(common.clock), storeTimeout }),
      seal,
      lockTimeout,
    };
  for (const name of ['encryptionKeys', 'storeTimeout', 'lockTimeout']) {
    if (reader.value(name) !== undefined && reader.value('store') === undefined) {
      reader.refuse(name, 'stands without a store; give that too, or leave it out');
    }
  }
  return undefined;
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

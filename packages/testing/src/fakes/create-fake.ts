import { OptionsError, type OutboundAuthOptions } from '@outbound-auth/core';
import { type FakeClientOptions, type FakedClient, isObject, readFakeClient } from './fake-client-options.ts';
import { ComposedFake } from './composed-fake.ts';
import type { FakeOutboundAuth } from './fake-outbound-auth.ts';
import { FakeTransport, type FakeTransportOptions } from './fake-transport.ts';

/** What `fakeOutboundAuth` takes beside the clients. */
export interface FakeOutboundAuthOptions
  extends FakeTransportOptions, Pick<OutboundAuthOptions, 'onEvent' | 'unmatched'> {
  /** The clients of tenants, by the tenants' names: each by its token, or by its token and what else it needs. */
  readonly tenants?: Readonly<Record<string, string | FakeClientOptions>> | undefined;
}

/**
 * An `OutboundAuth` for tests: the real one, but with fixed tokens in place of an authorization server, and a record of
 * every call in place of the network. It goes wherever what `createOutboundAuth` returns goes.
 *
 * @param clients Each by its token alone, which then goes to every address; or by its token, `attachTo` and the like.
 * @throws {OptionsError} that names the option and the remedy.
 * @example
 * ```ts
 * import { fakeOutboundAuth } from '@outbound-auth/testing';
 *
 * const auth = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => Response.json([{ total: 12 }]) });
 *
 * await auth.fetch('https://api.billing.example/v2/invoices');
 *
 * console.log(auth.calls); // [ { client: 'billing', method: 'GET', url: 'https://…', headers: { authorization: 'Bearer a-token' }, status: 200 } ]
 * ```
 */
export function fakeOutboundAuth<Name extends string>(
  clients: Readonly<Record<Name, string | FakeClientOptions>>,
  options: FakeOutboundAuthOptions = {},
): FakeOutboundAuth<Name> {
  if (!isObject(options)) {
    throw new OptionsError([
      { path: 'options', message: 'must be an object such as { respond: () => Response.json([]) }' },
    ]);
  }
  const { tenants = {}, respond, network, ...settings } = options;
  return new ComposedFake<Name>({
    clients: readAll(clients, 'clients'),
    tenants: readAll(tenants, 'tenants'),
    transport: new FakeTransport({ respond, network }),
    settings,
  });
}

function readAll(
  given: Readonly<Record<string, string | FakeClientOptions>>,
  path: string,
): ReadonlyMap<string, FakedClient> {
  if (isObject(given)) {
    return new Map(Object.entries(given).map(([name, one]) => [name, readFakeClient(name, one, `${path}.${name}`)]));
  }
  throw new OptionsError([{ path, message: `must be an object such as { billing: 'a-token' }` }]);
}

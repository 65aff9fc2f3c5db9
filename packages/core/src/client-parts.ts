import { isShareable } from './client-identity.ts';
import { unrefClock } from './clock.ts';
import type { Nonces } from './nonces.ts';
import type { ClientSettings } from './options/client-settings.ts';
import { StoredSessions } from './stores/stored-sessions.ts';
import { isSource } from './token-endpoint/asked-sources.ts';
import { lazyProofKeys, type ProofKeys } from './token-endpoint/proof-keys.ts';
import type { TokenEndpointSettings } from './token-endpoint/request.ts';
import type { Prove } from './tokens/access-token.ts';
import type { Sharing } from './tokens/client-tokens.ts';
import { type Transport, transportOf } from './transport/transport.ts';

/** How its token requests and revocations reach the server. */
export function serverSettings(
  { authenticate, dpop, clock }: ClientSettings,
  { fetch, prepare }: Transport,
  nonces: Nonces,
): Pick<TokenEndpointSettings, 'prepare' | 'dpop' | 'fetch' | 'mutualTls' | 'nonces'> {
  return {
    prepare,
    dpop: dpop && lazyProofKeys({ ...dpop, nonces, clock }),
    fetch,
    mutualTls: authenticate.certificate !== undefined,
    nonces,
  };
}

export function clientTransport({ transport, authenticate }: ClientSettings): Transport {
  const { certificate } = authenticate;
  const path = certificate === undefined ? transport.paths.proxy : transport.paths.certificate;
  return transportOf({ ...transport, path, certificate });
}

/** What proves the possession of a key that doesn't change: tokens from the store are bound to it. */
export function fixedProof({ dpop }: ClientSettings, keys: ProofKeys | undefined): (() => Promise<Prove>) | undefined {
  const value = dpop?.key;
  if (keys === undefined || value === undefined || typeof value === 'function') return undefined;
  return () => keys.next({ value: async (source) => (isSource(source) ? source() : source) });
}

/** What processes share this client's tokens by, where they can. */
export function sharingOf(settings: ClientSettings): Sharing | undefined {
  return isShareable(settings) ? settings.sharing : undefined;
}

export function sessionsOf(settings: ClientSettings, clientKey: string): StoredSessions | undefined {
  const { name: client, clock, cache, emit } = settings;
  const sharing = sharingOf(settings);
  return (
    sharing &&
    new StoredSessions({ ...sharing, client, clientKey, clock: unrefClock(clock), random: cache.random, emit })
  );
}

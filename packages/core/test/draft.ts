import { readSecret } from '../src/secret.ts';
import type { TokenRequestDraft } from '../src/token-endpoint/draft.ts';

/** A token request that nothing was added to yet. */
export function draftOf(given: Partial<TokenRequestDraft> = {}): TokenRequestDraft {
  return {
    clientId: 'orders',
    body: new URLSearchParams(),
    headers: new Headers(),
    tokenEndpoint: 'https://idp.example/token',
    issuer: 'https://idp.example',
    now: () => 1_700_000_000_000,
    secret: readSecret,
    value: async (source) => (source instanceof Function ? source() : source),
    ...given,
  };
}

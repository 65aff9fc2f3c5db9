import { OutboundAuthError } from '../errors.ts';
import type { StoredValue, TokenStore } from './token-store.ts';

/** What a store holds. @throws {OutboundAuthError} for a store that answers otherwise than it must. */
export async function readValue(store: TokenStore, key: string): Promise<StoredValue | undefined> {
  const stored = await store.get(key);
  // A store of the user's own may come from JavaScript.
  const value: unknown = stored?.value;
  if (stored === undefined || typeof value === 'string') return stored;
  const message = 'the store’s get() must give { value: … } with the text that was set, or undefined';
  throw new OutboundAuthError(message, { code: 'store_unavailable' });
}

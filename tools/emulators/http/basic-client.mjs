import { basicText, nameAndPassword } from './basic.mjs';
import { decodeFormText } from './parameters.mjs';
import { same } from './same.mjs';

/**
 * The id of the client that HTTP Basic authenticates, or undefined.
 *
 * @param clients - `{ secret }` by id; those without a secret can't come this way
 * @param comparison - `form`: both halves are form-decoded first (RFC 6749 §2.3.1); `raw`: as they arrived. Raw, an id
 *   may hold a colon, and only the whole text `id:secret` can be compared
 */
export function clientByBasic(authorization, clients, comparison) {
  const text = basicText(authorization);
  if (text === undefined) return undefined;
  const registered = Object.entries(clients).filter(([, { secret }]) => secret !== undefined);
  if (comparison === 'raw') return registered.find(([id, { secret }]) => same(text, `${id}:${secret}`))?.[0];
  const [id, secret] = nameAndPassword(text).map(decodeFormText);
  return registered.find(([registeredId, client]) => registeredId === id && same(secret, client.secret))?.[0];
}

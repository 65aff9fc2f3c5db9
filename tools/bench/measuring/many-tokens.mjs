/** Texts of keys, all there before anything is measured. */
export function keysFrom(first, count) {
  return Array.from({ length: count }, (_, index) => `https://api-${first + index}.example`);
}

/** A token endpoint inside the process, for a hundred thousand tokens: each of them this long, and another. */
export function endpointInside(tokenLength) {
  let made = 0;
  return async () => {
    made += 1;
    const value = String(made).padStart(tokenLength, 't');
    return Response.json({ access_token: value, token_type: 'Bearer', expires_in: 36_000 });
  };
}

/** Gets a token for each key, so many at a time: fewer than the 50 token requests that a client of ours sends at once. */
export async function fill(get, keys, width = 32) {
  for (let index = 0; index < keys.length; index += width) {
    await Promise.all(keys.slice(index, index + width).map((key) => get(key)));
  }
}

/** Each key once, in an order that no cache of the processor foresees; the same in every run. */
export function shuffled(keys) {
  const order = [...keys];
  let seed = 1;
  for (let index = order.length - 1; index > 0; index -= 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = seed % (index + 1);
    [order[index], order[other]] = [order[other], order[index]];
  }
  return order;
}

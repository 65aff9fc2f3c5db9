import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares secrets, byte for byte, in a time that tells nothing of them; undefined is never the same. */
export function same(given, expected) {
  if (typeof given !== 'string' || typeof expected !== 'string') return false;
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text) {
  return createHash('sha256').update(text).digest();
}

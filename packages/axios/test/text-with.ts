import { expect } from 'vitest';

/** A text that has this in it, to compare with: Vitest's own matchers are of the type `any`. */
export function textWith(part: string | RegExp): unknown {
  return typeof part === 'string' ? expect.stringContaining(part) : expect.stringMatching(part);
}

import { isDeepStrictEqual } from 'node:util';
import { isKeyObject } from 'node:util/types';

/** A function of the user that gives a secret, a key or a certificate. */
export type Source<Value> = () => Value | Promise<Value>;

interface Answer<Value> {
  readonly source: Source<Value>;
  readonly value: Value;
}

/** The client's own functions: each is asked once for a token request, and once more if the server refuses the client. */
export class AskedSources {
  readonly #answers = new Map<unknown, Answer<unknown>>();

  async ask<Value>(source: Source<Value>): Promise<Value> {
    const known = this.#answers.get(source);
    if (known !== undefined && isAnswerOf(source, known)) return known.value;
    const value = await source();
    this.#answers.set(source, { source, value });
    return value;
  }

  /** Asks each of them once more. Whether one gives something else than before. */
  async changed(): Promise<boolean> {
    let changed = false;
    for (const { source, value: before } of [...this.#answers.values()]) {
      const value = await source();
      this.#answers.set(source, { source, value });
      if (!isSame(before, value)) changed = true;
    }
    return changed;
  }
}

function isAnswerOf<Value>(source: Source<Value>, answer: Answer<unknown>): answer is Answer<Value> {
  return answer.source === source;
}

// By value, for a function that reads a file gives other bytes each time.
function isSame(one: unknown, other: unknown): boolean {
  if (isKeyObject(one) && isKeyObject(other)) return one.equals(other);
  return isDeepStrictEqual(one, other);
}

export function isSource<Value>(source: Value | Source<Value>): source is Source<Value> {
  return typeof source === 'function';
}

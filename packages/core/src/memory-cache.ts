interface Slot<Value> {
  value: Value;
  used: boolean;
}

/**
 * A bounded map that makes room by second chance: the oldest entry goes, unless it was used since it was last looked
 * at. A look-up costs that of a `Map` and one write into the entry, where exact recency would relink its neighbours.
 */
export class MemoryCache<Value> {
  readonly #capacity: number;
  readonly #slots = new Map<string, Slot<Value>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#slots.size;
  }

  get(key: string): Value | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    slot.used = true;
    return slot.value;
  }

  set(key: string, value: Value): void {
    const slot = this.#slots.get(key);
    if (slot !== undefined) {
      slot.value = value;
      slot.used = true;
      return;
    }
    if (this.#slots.size >= this.#capacity) this.#evict();
    this.#slots.set(key, { value, used: false });
  }

  delete(key: string): void {
    this.#slots.delete(key);
  }

  #evict(): void {
    for (const [key, slot] of this.#slots) {
      this.#slots.delete(key);
      if (!slot.used) return;
      slot.used = false;
      this.#slots.set(key, slot);
    }
  }
}

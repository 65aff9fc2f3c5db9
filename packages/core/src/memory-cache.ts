// So many entries at most are given their second chance by one that is new: then the next one goes, used or not.
const longestLook = 32;

/**
 * A bounded map that makes room by second chance: the oldest entry goes, unless it was used since it was last looked
 * at. Entries stand in a ring, and a new one takes the place of the one that goes, so that a look-up costs that of a
 * `Map` and one mark, where exact recency would relink an entry's neighbours; and making room costs the same at any size.
 */
export class MemoryCache<Value> {
  readonly #capacity: number;
  readonly #places = new Map<string, number>();
  // The ring, by place.
  readonly #keys: string[] = [];
  readonly #values: (Value | undefined)[] = [];
  readonly #used: boolean[] = [];
  readonly #free: number[] = [];
  // The place that is looked at next.
  #hand = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#places.size;
  }

  get(key: string): Value | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    this.#used[place] = true;
    return this.#values[place];
  }

  set(key: string, value: Value): void {
    const known = this.#places.get(key);
    const place = known ?? this.#room();
    this.#places.set(key, place);
    this.#keys[place] = key;
    this.#values[place] = value;
    this.#used[place] = known !== undefined;
  }

  delete(key: string): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#clear(place);
    this.#free.push(place);
  }

  #room(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    return this.#keys.length < this.#capacity ? this.#keys.length : this.#evict();
  }

  #evict(): number {
    for (let looks = 1; looks < longestLook && this.#used[this.#hand] === true; looks += 1) {
      this.#used[this.#hand] = false;
      this.#hand = this.#after(this.#hand);
    }
    const place = this.#hand;
    this.#clear(place);
    this.#hand = this.#after(place);
    return place;
  }

  #after(place: number): number {
    return place + 1 < this.#capacity ? place + 1 : 0;
  }

  #clear(place: number): void {
    this.#places.delete(this.#keys[place] ?? '');
    this.#keys[place] = '';
    this.#values[place] = undefined;
  }
}

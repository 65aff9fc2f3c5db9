const hour = 3_600;

/** Counts what happens in each second of some hours. */
export class Tally {
  #seconds;

  constructor(hours) {
    this.#seconds = new Uint32Array(hours * hour);
  }

  /** @param time in milliseconds from the start. */
  add(time) {
    const second = Math.floor(time / 1_000);
    if (second < this.#seconds.length) this.#seconds[second] += 1;
  }

  get total() {
    return this.#seconds.reduce((sum, count) => sum + count, 0);
  }

  /** A second, on average. */
  get mean() {
    return this.total / this.#seconds.length;
  }

  /** What happened in the busiest second from `from` to `to`, in seconds from the start. */
  peak(from, to) {
    return this.#seconds.subarray(from, to).reduce((most, count) => Math.max(most, count), 0);
  }

  /** The busiest second of each `width` seconds. */
  peaks(width) {
    return Array.from({ length: Math.ceil(this.#seconds.length / width) }, (_, column) =>
      this.peak(column * width, (column + 1) * width),
    );
  }
}

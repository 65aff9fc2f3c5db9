/** Holds answers back until the test lets them go. */
export interface Gate {
  /** Requests that have arrived and wait here for their answer. */
  readonly waiting: number;
  /** Answers all that wait, in the order of their arrival, and holds no more. */
  release(): void;
}

/** A gate as the server sees it. */
export class RequestGate implements Gate {
  #room: number;
  #waiting: (() => void)[] = [];

  constructor(room: number) {
    if (!(room > 0)) throw new RangeError(`hold: ${room} requests cannot be held; give a number above 0, or none`);
    this.#room = room;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get full(): boolean {
    return this.#room <= 0;
  }

  enter(): Promise<void> {
    this.#room -= 1;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  release(): void {
    this.#room = 0;
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

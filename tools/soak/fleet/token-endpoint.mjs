import { setImmediate } from 'node:timers/promises';

/** A token endpoint in memory that takes its time by a manual clock, and knows when its clients have nothing to do. */
export class TokenEndpoint {
  #clock;
  #lifetime;
  #latency;
  #tell;
  #asked = 0;
  #waiting = 0;
  #underWay = 0;
  #failure;
  /** How much has happened: a call after which it is the same has done nothing. */
  seen = 0;

  constructor(clock, { lifetime, latency }, tell) {
    this.#clock = clock;
    this.#lifetime = lifetime;
    this.#latency = latency;
    this.#tell = tell;
  }

  fetch = async () => {
    this.seen += 1;
    this.#tell(this.#clock.now());
    this.#asked += 1;
    const token = { access_token: `token-${this.#asked}`, token_type: 'Bearer', expires_in: this.#lifetime / 1_000 };
    this.#waiting += 1;
    await new Promise((resolve) => this.#clock.after(this.#latency, resolve));
    this.#waiting -= 1;
    return Response.json(token);
  };

  onEvent = ({ type, error }) => {
    this.seen += 1;
    if (type === 'token.requested') this.#underWay += 1;
    if (type === 'token.received') this.#underWay -= 1;
    this.#failure ??= error;
  };

  /** Waits until nothing goes on but waiting for the clock. @throws what failed at a client. */
  async settled(before) {
    await before;
    for (let seen; seen !== this.seen || this.#underWay > this.#waiting;) {
      seen = this.seen;
      await setImmediate();
      if (this.#failure !== undefined) throw this.#failure;
    }
  }
}

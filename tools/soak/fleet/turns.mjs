/** Whose turn it is: members by number, each with its next time, in a binary heap. */
export class Turns {
  #members;
  #times;

  constructor(times) {
    this.#members = Uint32Array.from(times, (_, member) => member).sort((a, b) => times[a] - times[b]);
    this.#times = Float64Array.from(this.#members, (member) => times[member]);
  }

  /** The member whose time comes first. */
  get first() {
    return this.#members[0];
  }

  /** The time of that one. */
  get time() {
    return this.#times[0];
  }

  /** Gives the first member another time, not before its last. */
  postpone(time) {
    const [members, times] = [this.#members, this.#times];
    const member = members[0];
    let place = 0;
    for (;;) {
      let next = 2 * place + 1;
      if (next >= times.length) break;
      if (next + 1 < times.length && times[next + 1] < times[next]) next += 1;
      if (times[next] >= time) break;
      members[place] = members[next];
      times[place] = times[next];
      place = next;
    }
    members[place] = member;
    times[place] = time;
  }
}

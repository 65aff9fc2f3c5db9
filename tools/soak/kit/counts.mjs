/**
 * What one process counts.
 *
 * - `calls`: begun; `ok`: answered with 200
 * - `answers`: by status, of the others; `failed`: by error code, of those that failed before they were sent, or on the way
 * - `waited`: of the calls, those for which no token was at hand
 * - `events`: by type, of those about a token request also by type and reason
 * - `store`: operations by name
 * - `notes`: [{ at, type, … }] what befell the store and sessions, in the order of time; see `note`
 */
export class Counts {
  #report = empty();

  report() {
    return this.#report;
  }

  reset() {
    this.#report = empty();
  }

  add(name, kind) {
    if (kind === undefined) this.#report[name] += 1;
    else this.#report[name][kind] = (this.#report[name][kind] ?? 0) + 1;
  }

  /** Takes an event of the product. */
  event(event) {
    this.add('events', event.type);
    if (event.reason !== undefined) this.add('events', `${event.type} ${event.reason}`);
    if (/^(?:store|session)\./.test(event.type))
      this.note(event.type, { client: event.client, why: event.why ?? event.error?.message });
  }

  note(type, more = {}) {
    this.#report.notes.push({ at: Date.now(), type, ...more });
  }
}

function empty() {
  return { calls: 0, ok: 0, answers: {}, failed: {}, waited: 0, events: {}, store: {}, notes: [] };
}

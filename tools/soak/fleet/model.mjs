import { dueAfter, lockPause, lookAgainAfter, usableFor } from './rules.mjs';
import { Turns } from './turns.mjs';

/**
 * Processes that share one client's token through a store; one alone has no store. Only calls that can have an effect are
 * looked at, which is what makes millions of clients possible.
 *
 * @param processes each with `nextCall(after)`, the time of its first call after that, and its own `random()`.
 * @param tell `request(time)`: a token request; `read(time)`: a read of the store; `wait(time)`: a process's token has ended
 * before a call found it due, so that call waits.
 */
export function simulate(processes, { rules, until, tell }) {
  const isShared = processes.length > 1;
  const calls = new Turns(processes.map(({ nextCall }) => nextCall(0)));
  const held = new Array(processes.length);
  // The token that was asked for last, perhaps still on its way, and the one before.
  let last;
  let before;

  while (calls.time < until) {
    const { random, nextCall } = processes[calls.first];
    calls.postpone(nextCall(called(calls.first, random, calls.time)));
  }

  /** A call that finds its token due, or none. Gives the time from which a call can have an effect again. */
  function called(index, random, time) {
    const token = held[index];
    const present = token !== undefined && time < token.sentAt + usableFor(rules) ? token : undefined;
    if (token !== undefined && present === undefined) tell.wait(time);
    return isShared ? shared(index, { present, random, time }) : keep(index, request(time), { random, time });
  }

  function shared(index, { present, random, time: start }) {
    if (found(present, random, start)) return keep(index, stored(start), { random, time: start });
    for (let [time, round] = [start, 0]; ; round += 1) {
      const isLocked = last !== undefined && time < last.receivedAt;
      // Beside the token, what two other keys tell of failures.
      tell.read(time);
      tell.read(time);
      if (found(present, random, time)) return keep(index, stored(time), { random, time });
      if (!isLocked) return keep(index, request(time), { random, time });
      if (present !== undefined) return time + lookAgainAfter(rules);
      time += lockPause(round, random());
    }
  }

  /** Whether the store holds a token that serves instead of the present one. */
  function found(present, random, time) {
    tell.read(time);
    const token = stored(time);
    if (token === undefined) return false;
    const due = token.sentAt + dueAfter(rules, random());
    return present === undefined ? time < token.sentAt + usableFor(rules) : token !== present && time < due;
  }

  /** What the store holds. Whoever waits for the lock looks ahead of the others, so it is told by the time alone. */
  function stored(time) {
    const token = last !== undefined && time >= last.receivedAt ? last : before;
    return token !== undefined && time < token.sentAt + rules.lifetime ? token : undefined;
  }

  function request(time) {
    tell.request(time);
    before = last;
    last = { sentAt: time, receivedAt: time + rules.latency };
    return last;
  }

  function keep(index, token, { random, time }) {
    held[index] = token;
    return Math.max(time, token.receivedAt, token.sentAt + dueAfter(rules, random()));
  }
}

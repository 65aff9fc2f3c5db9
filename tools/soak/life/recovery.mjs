// In ms. Each is twice the one before, so none grows longer than the outage that they began with.
const shortestBackOff = 500;

/** The outages that began within so many ms, by the rules of `Outages`. */
export function outagesSince(start, { every, lasts, kinds }, within) {
  return Array.from({ length: Math.floor((within + lasts) / every) }, (_, index) => {
    const until = start + (index + 1) * every;
    return { kind: kinds[index % kinds.length], from: until - lasts, until };
  });
}

/**
 * What each outage did, from a log of `watched-calls.mjs`. Times in ms, moments since the epoch:
 *
 * - `waits`: the calls that found no token, until the next outage
 * - `backOff`: the longest pause that went beyond the outage
 * - `tokenAt`: when a token came after it
 * - `servedBy`: when all who waited had to have one: after one back-off and one request, after a hang one time limit more
 */
export function recoveries(outages, { requests, waits }, { requestTime, timeLimit }) {
  const found = outages.map(({ kind, from, until }, index) => {
    const next = outages[index + 1]?.from ?? Infinity;
    const tokenAt = requests.find(({ type, at }) => type === 'token.received' && at >= until)?.at ?? Infinity;
    const pauses = requests.filter(
      ({ type, at, ms }) => isPause(type) && at >= from && at < tokenAt && at + ms > until,
    );
    const longest = Math.max(shortestBackOff, until - from);
    const backOff = Math.min(longest, Math.max(0, ...pauses.map(({ ms }) => ms)));
    const servedBy = until + (kind === 'hang' ? timeLimit : 0) + backOff + requestTime;
    return {
      kind,
      until,
      next,
      tokenAt,
      backOff,
      servedBy,
      waits: waits.filter((wait) => wait.from >= from && wait.from < next),
    };
  });
  // Where another outage begins before the time is over, nothing can be had before that one ends.
  for (const [index, recovery] of [...found.entries()].reverse()) {
    if (recovery.servedBy >= recovery.next && recovery.tokenAt >= recovery.next)
      recovery.servedBy = found[index + 1].servedBy;
  }
  return found;
}

/** Of calls that waited: those that a token passed by, that waited beyond their time, or without an outage. */
export function wrongWaits(recoveries, slack) {
  const count = (pick) =>
    recoveries.flatMap((recovery) => recovery.waits.filter((wait) => pick(wait, recovery))).length;
  return {
    passedBy: count(({ tokens }) => tokens > 1),
    tooLong: count(({ from }, { tokenAt, servedBy }) => from <= tokenAt && tokenAt > servedBy + slack),
    withoutNeed: count(({ from }, { tokenAt }) => from > tokenAt),
  };
}

function isPause(type) {
  return type === 'token.retrying' || type === 'token.held_back';
}

import { dueAfter, rules } from './rules.mjs';

/** What a fleet has to hold. Gives a sentence for each number that is missed. */
export function missed({ fleet, found }, hours) {
  const [bare, jitter, , store] = found.map(({ numbers }) => numbers);
  const misses = [];
  const hold = (isHeld, miss) =>
    isHeld || misses.push(`${fleet.processes} processes, ${fleet.tenants} tenants: ${miss}`);
  // Where calls themselves come at random times they have spread the renewals already, and jitter adds less.
  const share = fleet.callEvery < 60_000 ? 0.6 : 0.9;
  hold(
    jitter.firstWave <= share * bare.firstWave,
    `jitter leaves ${jitter.firstWave} of ${bare.firstWave} in the first wave`,
  );
  hold(
    jitter.lastHour <= share * bare.lastHour,
    `jitter leaves ${jitter.lastHour} of ${bare.lastHour} in the last hour`,
  );
  const most = fleet.tenants * tokensIn(hours);
  hold(
    store.total <= most,
    `with a store there were ${store.total} token requests, more than ${most}: one for each token's life`,
  );
  if (fleet.callEvery <= 1_000) {
    for (const { numbers, variant } of found)
      hold(numbers.waits === 0, `${variant.says}: ${numbers.waits} times a token ended before its renewal`);
  }
  return misses;
}

/** How many tokens a key needs at most, if each is renewed as early as can be. */
function tokensIn(hours) {
  return 1 + Math.floor((hours * 3_600_000) / dueAfter(rules, 1));
}

import { seededRandom } from '../../fleet/seeded-random.mjs';
import { randomCalls } from '../../fleet/traffic.mjs';

/**
 * Processes whose calls are drawn beforehand, so that it makes no difference which of them are looked at; in whole
 * milliseconds, as a store counts, and never two things at once: neither calls of two processes nor a call and the
 * answer to a token request.
 */
export function listedCalls(count, { every, until, seed = 1 }) {
  return Array.from({ length: count }, (_, index) => {
    const { nextCall: draw } = randomCalls(index * every, every, seededRandom(seed + index));
    const times = [];
    for (let time = draw(0); time < until; time = draw(time)) times.push(30 * Math.ceil(time / 30) + index);
    const nextCall = (after) => times.find((time) => time > after) ?? Infinity;
    return { random: seededRandom(1_000 + seed + index), nextCall };
  });
}

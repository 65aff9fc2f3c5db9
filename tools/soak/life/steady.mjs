import { withParts } from '../kit/parts.mjs';
import { heapNumber, withHeap } from './heap.mjs';
import { exactly, failures, outcome, told } from './numbers.mjs';
import { longestStall, stallNumber, undisturbed } from './undisturbed.mjs';

// `warmUp` and `seconds` in s, the others in ms.
const whole = { perSecond: 300, warmUp: 10, seconds: 60, crowd: 100, lifetime: 3_000, delay: 300 };
const brief = { perSecond: 50, warmUp: 1, seconds: 6, crowd: 0, lifetime: 3_000, delay: 100 };

/** Renewal under a steady load: nobody waits for it, nobody sends an expired token. */
export function runSteady({ short = false }) {
  return undisturbed(() => steady(short));
}

function steady(short) {
  const { perSecond, warmUp, seconds, crowd, lifetime, delay } = short ? brief : whole;
  return withParts(async (parts) => {
    const servers = await parts.servers({ lifetime, delay });
    const fleet = await parts.fleet(1, await servers.ask('addresses'));
    await fleet.all('burst', 1);
    await fleet.all('reset');
    const calls = (time) => fleet.all('calls', perSecond, time);
    const heap = await withHeap(fleet, { warmUp: () => calls(warmUp), load: () => calls(seconds - warmUp), crowd });
    const report = await fleet.report();
    const { calls: all, ok, waited } = report;
    const { api, tokenRequests } = await servers.ask('report');
    const stall = await longestStall(fleet, servers);
    const { lines, met } = outcome(
      `${perSecond} calls/s for ${seconds} s, tokens of ${lifetime / 1_000} s, a token endpoint of ${delay} ms`,
      [
        exactly('calls after the first token', all, perSecond * seconds + 2 * crowd),
        exactly('failed', all - ok, 0),
        ...failures(report),
        exactly('sent with an expired token', api.expired ?? 0, 0),
        exactly('waited for a renewal', waited, 0),
        told('token requests', tokenRequests.length),
        stallNumber(stall),
        ...(short ? [] : [heapNumber(heap)]),
      ],
    );
    return { lines, met, stall };
  });
}

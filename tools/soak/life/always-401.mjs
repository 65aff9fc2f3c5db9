import { withParts } from '../kit/parts.mjs';
import { heapNumber, withHeap } from './heap.mjs';
import { momentsOf } from './moments.mjs';
import { atMost, exactly, outcome, told } from './numbers.mjs';
import { longestStall, stallNumber } from './undisturbed.mjs';

const whole = { perSecond: 1_000, warmUp: 10, seconds: 60, crowd: 300 };
const brief = { perSecond: 200, warmUp: 1, seconds: 6, crowd: 0 };
// In seconds: the first token, the one after its 401, and one each time that the brake comes off (5, 10, 20 s later).
const schedule = [0, 0, 5, 15, 35];

/** An API that refuses every token: how many are requested all the same. */
export function runAlways401({ short = false }) {
  const { perSecond, warmUp, seconds, crowd } = short ? brief : whole;
  return withParts(async (parts) => {
    const servers = await parts.servers({ refuses: true });
    const fleet = await parts.fleet(1, await servers.ask('addresses'));
    const calls = (time) => fleet.all('calls', perSecond, time);
    const heap = await withHeap(fleet, { warmUp: () => calls(warmUp), load: () => calls(seconds - warmUp), crowd });
    const { calls: all, answers, events } = await fleet.report();
    const { tokenRequests, api } = await servers.ask('report');
    const stall = await longestStall(fleet, servers);
    return outcome(`${perSecond.toLocaleString('en')} calls/s for ${seconds} s, all answered with 401`, [
      exactly('calls', all, perSecond * seconds + 2 * crowd),
      exactly("got the API's own 401", answers[401] ?? 0, all),
      atMost('token requests', tokenRequests.length, schedule.filter((moment) => moment < seconds).length),
      told('made after so many seconds', momentsOf(tokenRequests)),
      told('calls sent once more', (api.good ?? 0) - all),
      told('401s handed on for the brake', events['unauthorized.handed_on brake'] ?? 0),
      stallNumber(stall),
      ...(short ? [] : [heapNumber(heap)]),
    ]);
  });
}

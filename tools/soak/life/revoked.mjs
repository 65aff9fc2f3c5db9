import { setTimeout as sleep } from 'node:timers/promises';
import { total } from '../kit/sum.mjs';
import { withParts } from '../kit/parts.mjs';
import { heapNumber, withHeap } from './heap.mjs';
import { exactly, failures, outcome, told } from './numbers.mjs';

const callers = 64;
// In seconds.
const whole = { warmUp: 10, every: 5, times: 12 };
const brief = { warmUp: 0.5, every: 1, times: 4 };

/** A token that is revoked again and again while many use it: one token request each time, and nobody notices. */
export function runRevoked({ short = false }) {
  const { warmUp, every, times } = short ? brief : whole;
  return withParts(async (parts) => {
    const servers = await parts.servers({ delay: 20, apiDelay: 20 });
    const fleet = await parts.fleet(1, await servers.ask('addresses'));
    await fleet.all('burst', 1);
    const calls = (seconds) => Promise.all(Array.from({ length: callers }, () => fleet.all('row', seconds)));
    const requests = async () => (await servers.ask('report')).tokenRequests.length;
    const tokens = [];
    const requested = [];
    const load = async () => {
      for (let time = 0; time < times; time += 1) {
        const before = await requests();
        const calling = calls(every);
        await sleep((every / 5) * 1_000);
        tokens.push(await servers.ask('revoke'));
        await calling;
        requested.push((await requests()) - before);
      }
    };
    const heap = await withHeap(fleet, { warmUp: () => calls(warmUp), load, crowd: callers });
    const report = await fleet.report();
    const { calls: all, ok, failed, answers, events } = report;
    const { api } = await servers.ask('report');
    const ones = Array(times).fill(1).join(' ');
    return outcome(`${callers} callers, the token revoked every ${every} s`, [
      told('calls', all),
      exactly('failed', total(failed) + total(answers), 0),
      ...failures(report),
      exactly('answered with 200', ok, all),
      exactly('tokens revoked', tokens.join(' '), ones),
      exactly('token requests after each', requested.join(' '), ones),
      told('calls with a revoked token, sent once more', api.revoked ?? 0),
      told('tokens dropped', events['token.rejected'] ?? 0),
      ...(short ? [] : [heapNumber(heap)]),
    ]);
  });
}

import { table } from '../../playground/table.mjs';
import { withParts } from '../kit/parts.mjs';
import { sum } from '../kit/sum.mjs';
import { heapNumber, withHeap } from './heap.mjs';
import { exactly, failures, outcome, told } from './numbers.mjs';
import { outagesSince, recoveries, wrongWaits } from './recovery.mjs';
import { longestStall, stallNumber, undisturbed } from './undisturbed.mjs';

const scene = new URL('./watched-calls.mjs', import.meta.url).href;
// In ms: what a busy machine may add to a timer and a request.
const slack = 300;
const kinds = ['503', 'reset', 'hang'];
const whole = {
  perSecond: 300,
  seconds: 60,
  // Until each kind of outage has been.
  warmUp: 21,
  crowd: 100,
  realm: { lifetime: 3_000, delay: 300, outages: { every: 6_000, lasts: 2_000, kinds } },
  timeLimit: 4_000,
};
// All times shortened, the time limit of a token request too.
const brief = {
  perSecond: 50,
  seconds: 11,
  warmUp: 1,
  crowd: 100,
  realm: { lifetime: 2_000, delay: 100, outages: { every: 3_600, lasts: 1_200, kinds } },
  timeLimit: 1_000,
};

/** A token endpoint that fails for a third of the time: who waits, and for how long. */
export function runFailingEndpoint({ short = false }) {
  return undisturbed(() => failingEndpoint(short));
}

function failingEndpoint(short) {
  const { perSecond, seconds, warmUp, crowd, realm, timeLimit } = short ? brief : whole;
  return withParts(async (parts) => {
    const servers = await parts.servers(realm);
    const client = { requestTimeout: timeLimit / 1_000 };
    const fleet = await parts.fleet(1, { ...(await servers.ask('addresses')), scene, client, most: crowd });
    await fleet.all('burst', 1);
    await fleet.all('reset');
    const logs = [];
    const load = async (time) => {
      await fleet.all('calls', perSecond, time);
      // Taken now, for it would count as growth of the heap.
      logs.push(...(await fleet.all('log')));
    };
    const heap = await withHeap(fleet, { warmUp: () => load(warmUp), load: () => load(seconds - warmUp), crowd });
    const log = sum([...logs, ...(await fleet.all('log'))]);
    const report = await fleet.report();
    const { calls, ok, waited } = report;
    const { api, tokenRequests } = await servers.ask('report');
    const outages = outagesSince(tokenRequests[0].endedAt, realm.outages, seconds * 1_000);
    const found = recoveries(outages, log, { requestTime: realm.delay, timeLimit });
    const wrong = wrongWaits(found, slack);
    const { every, lasts } = realm.outages;
    const stall = await longestStall(fleet, servers);
    const { lines, met } = outcome(
      `${perSecond} calls/s for ${seconds} s, the token endpoint failing for ${lasts / 1_000} s of ${every / 1_000} s`,
      [
        exactly('calls after the first token', calls, perSecond * seconds + 2 * crowd),
        exactly('failed with a valid token in hand', log.failedInHand, 0),
        exactly('failed without', calls - ok - log.failedInHand, 0),
        exactly('sent with an expired token', api.expired ?? 0, 0),
        ...failures(report),
        told('waited, for the end of an outage', waited - wrong.withoutNeed),
        exactly('waited without an outage', wrong.withoutNeed, 0),
        exactly('waited beyond one back-off, one request (a hang: one time limit)', wrong.tooLong, 0),
        exactly('waited on although a token had come', wrong.passedBy, 0),
        told('token requests', tokenRequests.length),
        stallNumber(stall),
        ...(short ? [] : [heapNumber(heap)]),
      ],
      ['', table(found.map(rowOf))],
    );
    return { lines, met, stall };
  });
}

function rowOf({ kind, until, tokenAt, backOff, servedBy, waits }) {
  return {
    outage: kind,
    waited: waits.length,
    failed: waits.filter(({ failed }) => failed).length,
    'longest call, ms': Math.max(0, ...waits.map((wait) => wait.until - wait.from)),
    'a token came, ms after the end': tokenAt - until,
    allowed: Math.round(servedBy - until),
    'of that back-off': Math.round(backOff),
  };
}

import { sum, total } from '../kit/sum.mjs';
import { withParts } from '../kit/parts.mjs';
import { atMost, exactly, outcome, told } from './numbers.mjs';
import { momentsOf } from './moments.mjs';

const scene = new URL('./refused-calls.mjs', import.meta.url).href;
const refused = 'token_request_refused: invalid_client';
// In ms: long enough for users to come together.
const slow = 300;
const whole = { perSecond: 1_000, seconds: 10, processes: 8, users: 10_000 };
const brief = { perSecond: 300, seconds: 2, processes: 3, users: 600 };

/** A client with a wrong secret: how often the server has to say so, alone, in a fleet and for many users. */
export async function runWrongSecret({ short = false }) {
  const size = short ? brief : whole;
  const parts = [await alone(size), await inFleet(size), await forUsers(size)];
  return { lines: parts.flatMap(({ lines }) => [...lines, '']), met: parts.every(({ met }) => met) };
}

async function alone({ perSecond, seconds }) {
  const title = `one process, ${perSecond} calls/s for ${seconds} s`;
  return refusedUnder(title, 4, { perSecond, seconds, processes: 1 });
}

async function inFleet({ perSecond, seconds, processes }) {
  const title = `${processes} processes that share a Redis, ${perSecond} calls/s among them for ${seconds} s`;
  return refusedUnder(title, 4, { perSecond: perSecond / processes, seconds, processes, hasStore: true });
}

async function forUsers({ perSecond, seconds, users }) {
  const title = `one process for ${users} users, ${perSecond} calls/s for ${seconds} s, a token endpoint of ${slow} ms`;
  return refusedUnder(title, 50 + 3, { perSecond, seconds, processes: 1, users, delay: slow });
}

function refusedUnder(title, most, { perSecond, seconds, processes, hasStore = false, users, delay = 20 }) {
  return withParts(async (parts) => {
    const servers = await parts.servers({ delay, secret: 'another secret' });
    const redis = hasStore ? (await parts.redis()).url : undefined;
    // Many cold processes on one host may need longer for their first connection than one does.
    const auth = hasStore ? { storeTimeout: 2 } : {};
    const fleet = await parts.fleet(processes, { ...(await servers.ask('addresses')), scene, redis, users, auth });
    await fleet.all('calls', perSecond, seconds);
    const [{ calls, ok, failed, answers, events }, logs, { tokenRequests }] = await Promise.all([
      fleet.report(),
      fleet.all('log'),
      servers.ask('report'),
    ]);
    const { errors, waitedFor } = sum(logs);
    const { 0: forNone = 0, 1: forOne = 0, ...forMore } = waitedFor;
    const waits = [
      told('failed while no request did', forNone),
      told('failed with the request that they waited for', forOne),
      exactly('failed with a second one', total(forMore), 0),
    ];
    // Beyond 50 requests under way for a client none is sent, so that the server has said nothing yet.
    const { [refused]: refusals = 0, too_many_requests: tooMany = 0 } = errors;
    const crowd = users === undefined ? 0 : tooMany;
    return outcome(title, [
      atMost('token requests', tokenRequests.length, most),
      told('made after so many seconds', momentsOf(tokenRequests)),
      exactly('calls', calls, perSecond * seconds * processes),
      told("failed with the server's own error", refusals),
      exactly('failed with another error', total(failed) + total(answers) - refusals - crowd, 0),
      exactly('that went well', ok, 0),
      // What others than a user's own request end with is nothing to this user.
      ...(users === undefined ? waits : [told('failed because 50 requests were under way', crowd)]),
      ...(hasStore ? [told('times that the store was left aside', events['store.failed'] ?? 0)] : []),
    ]);
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { withParts } from '../kit/parts.mjs';
import { atMost, exactly, outcome } from '../life/numbers.mjs';

const delay = 300;
// The lock's lifetime, and the pause of who waits for it: he looks each half a second at the longest. A busy machine
// gives him the processor a little later.
const longest = 3_000 + 500 + 500;

/** The process that holds the lock is killed in the middle of its token request: what becomes of the others. */
export async function runLockHolderKilled({ short = false }) {
  const [processes, calls] = short ? [3, 20] : [8, 100];
  return withParts(async ({ redis, servers, fleet }) => {
    const server = await servers({ delay });
    const settings = { ...(await server.ask('addresses')), redis: (await redis()).url };
    const [holder, others] = await Promise.all([fleet(1, settings), fleet(processes - 1, settings)]);
    await server.ask('hold');
    const lost = holder.all('burst', 1).catch(() => undefined);
    await server.ask('arrived', 1);
    const rest = others.all('burst', calls);
    // Until they all wait for the lock.
    await sleep(200);
    await holder.kill();
    await lost;
    const killedAt = Date.now();
    await server.ask('release');
    await rest;
    const [report, { tokenRequests }] = await Promise.all([others.report(), server.ask('report')]);
    const after = tokenRequests.slice(1).map(({ at }) => at - killedAt);
    const title = `${processes} processes; the one that holds the lock is killed in mid-request, ${calls} calls wait in each other`;
    return outcome(title, [
      exactly('calls ok', report.ok, (processes - 1) * calls),
      exactly('token requests among the others', after.length, 1),
      atMost('ms from the kill to that request', Math.max(...after), longest),
    ]);
  });
}

import { table } from '../../playground/table.mjs';
import { total } from '../kit/sum.mjs';
import { withParts } from '../kit/parts.mjs';

/** Processes that all begin at once: how many token requests they make with a store, and without. */
export async function runColdFleet({ short = false }) {
  const [processes, calls] = short ? [3, 50] : [8, 500];
  const withStore = await burst(processes, calls, true);
  const without = await burst(processes, calls, false);
  const rows = [rowOf('with Redis', withStore), rowOf('without', without)];
  const met =
    withStore.tokenRequests === 1 &&
    without.tokenRequests === processes &&
    [withStore, without].every(({ report }) => report.ok === processes * calls);
  return { lines: [`${processes} processes, ${calls} concurrent cold calls each`, '', table(rows)], met };
}

function burst(processes, calls, hasStore) {
  return withParts(async ({ redis, servers, fleet }) => {
    const store = hasStore ? await redis() : undefined;
    const server = await servers({ delay: 200 });
    const callers = await fleet(processes, { ...(await server.ask('addresses')), redis: store?.url });
    await callers.all('burst', calls);
    const { tokenRequests } = await server.ask('report');
    return { report: await callers.report(), tokenRequests: tokenRequests.length };
  });
}

function rowOf(store, { tokenRequests, report }) {
  return {
    store,
    'token requests': tokenRequests,
    'calls ok': report.ok,
    failed: total(report.failed) + total(report.answers),
    waited: report.waited,
    'from the store': report.events['token.shared'] ?? 0,
  };
}

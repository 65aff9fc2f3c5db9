import { setTimeout as sleep } from 'node:timers/promises';
import { reportOf } from '../measuring/report.mjs';

const callers = 64;

export const scenario = {
  explains: `${callers} callers through what each contender has for fetch; where it has nothing, its token is put on.`,
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: 'calls', head: 'calls' },
    { key: 'failed', head: 'failed' },
    { key: 'tokenRequests', head: 'token requests' },
  ],
  cases: [
    {
      name: 'the token is revoked in the middle',
      needs: 'fetching',
      realm: { delay: 20 },
      toHold: '0 failed, 1 token request after the first',
      measure: async (open, { api, report, revoke }) => {
        const { call } = await open();
        await statusOf(call(api));
        let isOver = false;
        const results = [];
        const caller = async () => {
          while (!isOver) results.push(await statusOf(call(api)));
        };
        const all = Promise.all(Array.from({ length: callers }, caller));
        await sleep(200);
        await (await fetch(revoke)).arrayBuffer();
        await sleep(300);
        isOver = true;
        await all;
        const { tokenRequests } = await reportOf(report);
        return { calls: results.length, failed: failed(results), tokenRequests: tokenRequests - 1 };
      },
    },
    {
      name: `an API that says 401 to ${3 * callers} calls`,
      needs: 'fetching',
      realm: { refuses: true },
      toHold: '≤ 2 token requests',
      measure: async (open, { api, report }) => {
        const { call } = await open();
        const results = [];
        const caller = async () => {
          for (let turn = 0; turn < 3; turn += 1) results.push(await statusOf(call(api)));
        };
        await Promise.all(Array.from({ length: callers }, caller));
        const { tokenRequests } = await reportOf(report);
        return { calls: results.length, failed: failed(results), tokenRequests };
      },
    },
  ],
};

/** The status of the answer, or undefined where there was none. */
async function statusOf(calling) {
  try {
    const response = await calling;
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

function failed(results) {
  return results.filter((status) => status !== 200).length;
}

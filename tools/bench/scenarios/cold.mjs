import { reportOf } from '../measuring/report.mjs';

const callers = 1_000;

export const scenario = {
  explains: 'The process has called the API once, so that fetch itself is loaded.',
  rounds: { full: 7, quick: 2 },
  metrics: [
    { key: 'tokenRequests', head: 'token requests' },
    { key: 'wall', head: 'wall ms', digits: 1, ratio: 'wall' },
  ],
  cases: [
    {
      name: `${callers.toLocaleString('en')} calls at once, no token yet`,
      needs: 'tokens',
      leavesOut: { 'static header': 'it has its token from the start' },
      toHold: '1 token request; ≤ 1.1 × hand-rolled',
      measure: async (open, { api, report }) => {
        await (await fetch(api)).arrayBuffer();
        const { get } = await open();
        const start = performance.now();
        await Promise.all(Array.from({ length: callers }, () => get()));
        const wall = performance.now() - start;
        return { wall, tokenRequests: (await reportOf(report)).tokenRequests };
      },
    },
  ],
};

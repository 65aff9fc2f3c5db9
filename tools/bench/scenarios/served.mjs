import { callServed } from '../served/callers.mjs';
import { frameworks } from '../served/frameworks.mjs';

const requests = 6_000;

function caseOf({ name, listen }, { as, needs, toHold }) {
  return {
    name: `${name}, ${as}`,
    needs,
    floor: { contender: 'static header' },
    toHold,
    measure: async (open, { quick }) => callServed(await listen(await open()), quick ? requests / 4 : requests),
  };
}

const ways = [
  { as: 'a route that calls nothing', needs: 'serving', toHold: '≥ 0.97 of none' },
  { as: 'a route that gets a token of its user', needs: 'servingUsers', toHold: '≥ 0.95 of a text at hand' },
];

export const scenario = {
  explains: `32 callers of 50 users in a closed loop, in a thread of their own; ${requests.toLocaleString('en')} requests after a third as many to warm up.
The floor has no middleware. Ratios are those of each round's pair. CPU is that of the whole process, callers included.`,
  rounds: { full: 15, quick: 1 },
  metrics: [
    { key: 'rate', head: 'requests/s', ratio: 'rate' },
    { key: 'cpu', head: 'CPU µs a request', digits: 1, ratio: 'CPU' },
  ],
  cases: frameworks.flatMap((framework) => ways.map((way) => caseOf(framework, way))),
};

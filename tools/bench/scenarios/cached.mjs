import { costAtOnce, costAwaited } from '../measuring/steady.mjs';

const ours = 'Outbound Auth';
const parameters = { scope: 'invoices:read invoices:write', audience: 'https://api.billing.example' };
const subjectToken = Buffer.from(`${'e30'.repeat(40)}.${'A1b2C3d4'.repeat(110)}`);

export const scenario = {
  explains: `A hot loop in a fresh process; the median of 7 batches of 25 ms. Bytes: growth of the heap over so few calls that
nothing is collected in between (--expose-gc), what the await itself takes included.`,
  rounds: { full: 7, quick: 1 },
  metrics: [
    { key: 'ns', head: 'ns a call', ratio: 'ns' },
    { key: 'bytes', head: 'bytes a call' },
  ],
  cases: [
    {
      name: 'awaited',
      needs: 'tokens',
      toHold: '≤ 1.1 × hand-rolled, ahead of every peer; ≤ 300 bytes',
      measure: async (open) => {
        const { get } = await open();
        await get();
        return costAwaited(get);
      },
    },
    {
      name: 'without a promise',
      needs: 'synchronous',
      floor: { part: 'awaited', contender: 'hand-rolled' },
      toHold: '≤ 0.5 × hand-rolled, awaited',
      measure: async (open) => costAtOnce((await open()).get),
    },
    {
      name: 'with a scope and an audience of the call',
      needs: 'byParameters',
      floor: { part: 'awaited', contender: ours, as: 'ours, plain' },
      toHold: '≤ 4 × the plain one',
      measure: async (open) => {
        const { get } = await open();
        await get(parameters);
        // As callers write it: an object for each call.
        return costAwaited(() => get({ scope: parameters.scope, audience: parameters.audience }));
      },
    },
    {
      name: "for the user's token that the request came with",
      needs: 'bySubject',
      floor: { part: 'awaited', contender: ours, as: 'ours, plain' },
      toHold: '≤ 4 × the plain one',
      measure: async (open) => {
        const { get, run } = await open();
        return run(freshText(), async () => {
          await get();
          return costAwaited(get);
        });
      },
    },
    {
      name: 'the same, first use in a request, the text (1 kB) just read',
      needs: 'bySubject',
      floor: { part: 'awaited', contender: ours, as: 'ours, plain' },
      toHold: '≤ 15,000 ns',
      measure: async (open) => {
        const { get, run } = await open();
        await run(freshText(), get);
        return costAwaited(() => run(freshText(), get));
      },
    },
  ],
};

// A text whose hash nobody has computed yet, as that of a header that was just parsed. About 0.2 µs.
function freshText() {
  return subjectToken.latin1Slice();
}

import { atPace } from '../measuring/load.mjs';
import { reportOf } from '../measuring/report.mjs';

const callsASecond = 200;
const delay = 200;

export const scenario = {
  explains: `${callsASecond} calls/s after the first token, all contenders at once, each in its own process (quick: a quarter, all
cases too). The token endpoint takes
${delay} ms and counts a token's time from its answer. Each call gets the token and sends it once; nothing is sent again.
waited: calls whose token was not there by the next turn of the event loop. served after: how long after the outage's
end the last waiting call had its token.`,
  rounds: { full: 2, quick: 1 },
  together: true,
  metrics: [
    { key: 'failed', head: 'failed' },
    { key: 'expired', head: 'sent expired' },
    { key: 'waited', head: 'waited' },
    { key: 'longest', head: 'longest wait ms' },
    { key: 'after', head: 'served after ms' },
    { key: 'tokenRequests', head: 'token requests' },
  ],
  cases: [
    part('opaque tokens of 2 s, for 8 s', { lifetime: 2_000 }, 8, {
      toHold: '0 failed, 0 sent expired, 0 waited, ≤ 6 token requests',
    }),
    part('the same with 2 s of 503 in the middle', { lifetime: 2_000, outage: { after: 3_000, lasts: 2_000 } }, 8, {
      toHold: "0 failed; waiting until the outage's end + one back-off + one request at most",
    }),
    part(
      'tokens of 20 s, and 2 s of 503 that begin with the first renewal',
      { lifetime: 20_000, outage: { atRenewal: true, lasts: 2_000 } },
      23,
      { toHold: '0 failed, 0 waited' },
    ),
  ],
};

function part(name, realm, seconds, more) {
  return {
    name,
    needs: 'tokens',
    realm: { delay, ...realm },
    leavesOut: { 'static header': 'it has no token logic' },
    measure: (open, place) =>
      run(open, place, { seconds, callsASecond: place.quick ? callsASecond / 4 : callsASecond }),
    ...more,
  };
}

async function run(open, { api, report }, { seconds, callsASecond: pace }) {
  const { get, authorizationOf } = await open();
  await get();
  const seen = { failed: 0, waited: 0, longest: 0 };
  let lastServed = 0;
  await atPace(pace, seconds, async () => {
    const start = performance.now();
    let isThere = false;
    const look = new Promise((resolve) => {
      setImmediate(() => {
        if (!isThere) seen.waited += 1;
        resolve(!isThere);
      });
    });
    try {
      const token = await get().finally(() => {
        isThere = true;
      });
      seen.longest = Math.max(seen.longest, performance.now() - start);
      const now = Date.now();
      if (await look) lastServed = Math.max(lastServed, now);
      const response = await fetch(api, { headers: { authorization: authorizationOf(token) } });
      await response.arrayBuffer();
      if (!response.ok) seen.failed += 1;
    } catch {
      seen.failed += 1;
    }
  });
  const { expired, tokenRequests, outageUntil } = await reportOf(report);
  return { ...seen, expired, tokenRequests, after: outageUntil === null ? 0 : Math.max(0, lastServed - outageUntil) };
}

import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Each call is for an audience of its own, so that no token is at hand: how long it takes until that is requested. */
export function open({ tokenEndpoint, api }) {
  const begun = new Map();
  const losses = { up: [], skipped: [] };
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  let skipped = false;
  const measured = (url, init) => {
    const call = begun.get(new URLSearchParams(String(init?.body)).get('audience'));
    if (call !== undefined) losses[call.skipped ? 'skipped' : 'up'].push(performance.now() - call.at);
    return fetch(url, init);
  };
  return {
    options: {
      clients: {
        billing: {
          tokenEndpoint,
          clientId: 'soak',
          clientSecret: 'a secret',
          attachTo: [api],
          fetch: measured,
          // A machine that stalls brings more together than an application would.
          maxTokenRequests: 1_000,
        },
      },
    },
    onEvent: ({ type }) => {
      if (type === 'store.failed') skipped = true;
      if (type === 'store.recovered') skipped = false;
    },
    call: async (auth, number) => {
      const audience = `api-${number}`;
      // What it took to start is of no interest.
      if (number === 1) loop.reset();
      begun.set(audience, { at: performance.now(), skipped });
      try {
        return await auth.client('billing').fetch(api, { outboundAuth: { audience } });
      } finally {
        begun.delete(audience);
      }
    },
    peek: (auth, number) => auth.client('billing').peekAccessToken({ audience: `api-${number}` }),
    commands: {
      /** In ms, of calls that began while the store was up, and while it was left aside; and how long the process stood. */
      losses: () => ({ ...losses, stalls: [loop.max / 1e6] }),
    },
  };
}

const concurrency = 32;

/** Calls in a closed loop: { rate } in requests a second and { cpu } in µs of this process a call. */
async function throughput(call, calls) {
  await run(call, Math.ceil(calls / 3));
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await run(call, calls);
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { rate: calls / seconds, cpu: (user + system) / calls };
}

async function run(call, calls) {
  let left = calls;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
}

/** The scenario of one way to send: alike for fetch and Axios. */
export function throughputScenario({ name, needs, consume, calls }) {
  const measure = async (open, { api, quick }) => {
    const { call } = await open();
    return throughput(
      async () => {
        const status = await consume(await call(api));
        if (status !== 200) throw new Error(`the API answered ${status}`);
      },
      quick ? calls / 4 : calls,
    );
  };
  return {
    explains: `${concurrency} callers in a closed loop, the API in another process; ${calls.toLocaleString('en')} calls after a third as many to warm up.
Ratios are those of each round's pair. CPU is that of the calling process.`,
    rounds: { full: 15, quick: 1 },
    metrics: [
      { key: 'rate', head: 'requests/s', ratio: 'rate' },
      { key: 'cpu', head: 'CPU µs a call', digits: 1, ratio: 'CPU' },
    ],
    cases: [
      { name, needs, floor: { contender: 'static header' }, toHold: '≥ 0.97 of static header', measure },
      {
        name: `${name}, with DPoP`,
        needs: `${needs}WithDpop`,
        floor: { contender: 'static header' },
        toHold: 'signing is all that shows',
        measure,
      },
    ],
  };
}

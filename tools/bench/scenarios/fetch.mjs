import { throughputScenario } from '../measuring/throughput.mjs';

export const scenario = throughputScenario({
  name: 'fetch',
  needs: 'fetching',
  calls: 3_000,
  consume: async (response) => {
    await response.json();
    return response.status;
  },
});

import { throughputScenario } from '../measuring/throughput.mjs';

export const scenario = throughputScenario({
  name: 'Axios',
  needs: 'axios',
  calls: 2_000,
  consume: ({ status }) => status,
});

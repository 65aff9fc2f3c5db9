import { describe } from 'vitest';
import { testShortRuns } from '../short-runs.mjs';

describe.concurrent('the short runs of processes that share', () => {
  testShortRuns(
    [
      { name: 'cold-fleet', shows: 'token requests' },
      { name: 'lock-holder-killed', shows: 'token requests among the others' },
      { name: 'store-faults', shows: 'operations in the store' },
      { name: 'rotating-sessions', shows: 'refresh tokens that came twice' },
    ],
    60_000,
  );
});

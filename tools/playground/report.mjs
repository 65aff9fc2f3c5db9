import { table } from './table.mjs';

/** One at the start, and the renewals of the rounds at 3.2 and 6.4 s. */
const tokenRequestsDue = 3;

/** All results, a row for each app. */
export function report(results) {
  return table(results.map(row));
}

function row({ name, calls, succeeded, tokenRequests, unauthorized, measurement }) {
  return {
    adapter: name,
    calls,
    succeeded,
    'token requests': tokenRequests,
    renewals: measurement.renewals,
    '401s': unauthorized,
    'p50 ms': measurement.percentile(0.5).toFixed(1),
    'p99 ms': measurement.percentile(0.99).toFixed(1),
  };
}

/** What keeps the demo from being a success; nothing if it is one. */
export function problemsOf({ name, calls, succeeded, tokenRequests, measurement }) {
  const problems = [];
  if (succeeded !== calls) {
    const reason = measurement.firstError ? `; the first error: ${measurement.firstError.message}` : '';
    problems.push(`${name}: ${calls - succeeded} of ${calls} calls failed${reason}`);
  }
  if (tokenRequests !== tokenRequestsDue) {
    problems.push(`${name}: ${tokenRequests} token requests, where ${tokenRequestsDue} are due`);
  }
  return problems;
}

import { tokenLifetime } from './authorization-server.mjs';
import { table } from './table.mjs';

/** Those of the rounds at 3.2 and 6.4 s. */
const renewalsDue = 2;
/** One more, at the start. */
const tokenRequestsDue = 1 + renewalsDue;

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
  if (measurement.renewals !== renewalsDue) {
    problems.push(`${name}: ${measurement.renewals} renewals, where ${renewalsDue} are due`);
  }
  return problems;
}

/** What a run without a problem comes to. */
export function summary(results) {
  const total = (count) => results.reduce((sum, result) => sum + count(result), 0);
  const tokens = total(({ tokenRequests }) => tokenRequests);
  const renewals = total(({ measurement }) => measurement.renewals);
  const kinds = `${tokens - renewals} to begin with, and ${renewals} that renewed one near its end`;
  return `All ${total(({ calls }) => calls)} calls succeeded, with ${tokens} tokens of ${tokenLifetime} s each: ${kinds}.`;
}

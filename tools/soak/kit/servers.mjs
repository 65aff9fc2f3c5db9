// The authorization server and the API of most runs, in a process of their own.
import { serve } from './http.mjs';
import { Outages } from './outages.mjs';
import { Tokens } from './tokens.mjs';
import { setTimeout as sleep } from 'node:timers/promises';

const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };

/**
 * - `lifetime`: of its tokens, in ms from the answer; default an hour
 * - `delay`: how long the token endpoint takes, in ms; default 0
 * - `apiDelay`: how long the API takes, in ms; default 0
 * - `outages`: see Outages; default none
 * - `secret`: what clients must show by HTTP Basic or in the body; default anything
 * - `refuses`: whether the API answers 401 to all; default false
 */
export async function start({ lifetime = 3_600_000, delay = 0, apiDelay = 0, outages, secret, refuses = false }) {
  const tokens = new Tokens(lifetime);
  const trouble = new Outages(outages);
  const report = { tokenRequests: [], api: {} };
  let gate;
  let arrivals = [];

  const token = async (request, form) => {
    const noted = { at: Date.now(), outcome: 'pending' };
    report.tokenRequests.push(noted);
    arrivals = arrivals.filter((arrival) => !arrival(report.tokenRequests.length));
    await Promise.all([gate?.opened, delay > 0 && sleep(delay)]);
    const fault = trouble.fault(Date.now());
    noted.outcome = fault ?? (knows(secret, request, form) ? 'token' : 'refused');
    noted.endedAt = Date.now();
    if (fault === 'hang') return undefined;
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault !== undefined) return [503, { error: 'temporarily_unavailable' }];
    if (noted.outcome === 'refused') return [401, { error: 'invalid_client' }];
    return [200, tokens.issue()];
  };

  const api = async ({ headers: { authorization = '' } }) => {
    const state = tokens.stateOf(authorization);
    report.api[state] = (report.api[state] ?? 0) + 1;
    if (apiDelay > 0) await sleep(apiDelay);
    return state === 'good' && !refuses ? [200] : [401, {}, challenge];
  };

  const origin = await serve({ '/token': token, '/api': api });
  return {
    addresses: () => ({ tokenEndpoint: `${origin}/token`, api: `${origin}/api` }),
    /** `tokenRequests`: [{ at, endedAt, outcome }] in their order; `api`: calls by what the token was: see Tokens. */
    report: () => report,
    reset: () => {
      report.tokenRequests.length = 0;
      report.api = {};
    },
    /** Ends all tokens there are: how many that were. */
    revoke: () => tokens.revoke(),
    /** Token requests that come from now on wait for `release`. */
    hold: () => {
      gate = {};
      gate.opened = new Promise((resolve) => (gate.open = resolve));
    },
    release: () => gate?.open(),
    /** Waits until so many token requests have come in all. */
    arrived: (count) => {
      if (report.tokenRequests.length >= count) return undefined;
      return new Promise((resolve) => {
        arrivals.push((number) => number >= count && (resolve(), true));
      });
    },
  };
}

function knows(secret, { headers: { authorization = '' } }, form) {
  if (secret === undefined || form.get('client_secret') === secret) return true;
  const [, pair = ''] = Buffer.from(authorization.slice('Basic '.length), 'base64').toString().split(':');
  return decodeURIComponent(pair.replaceAll('+', ' ')) === secret;
}

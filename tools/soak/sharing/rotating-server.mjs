// An authorization server that rotates refresh tokens and takes one that comes twice for stolen, and an API beside it.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../kit/http.mjs';
import { Tokens } from '../kit/tokens.mjs';

const invalidGrant = [400, { error: 'invalid_grant' }];

/** `lifetime`: of its access tokens, in ms; `delay`: how long a token request takes, in ms. */
export async function start({ lifetime, delay }) {
  const tokens = new Tokens(lifetime);
  // By refresh token: { session, spent }.
  const known = new Map();
  const report = { sessions: {}, exchanges: 0, reused: 0, refused: 0, api: {} };

  const begin = (user) => {
    report.sessions[user] = (report.sessions[user] ?? 0) + 1;
    return next({ over: false });
  };
  const next = (session) => {
    const refreshToken = randomUUID();
    known.set(refreshToken, { session, spent: false });
    return refreshToken;
  };
  const exchanged = (refreshToken) => {
    const found = known.get(refreshToken);
    if (found === undefined || found.session.over) {
      report.refused += 1;
      return undefined;
    }
    if (found.spent) {
      report.reused += 1;
      found.session.over = true;
      return undefined;
    }
    found.spent = true;
    report.exchanges += 1;
    return next(found.session);
  };

  const token = async (request, form) => {
    // Decided as it comes in: of two that come together, the second is too late.
    const byPassword = form.get('grant_type') === 'password';
    const refreshToken = byPassword ? begin(form.get('username')) : exchanged(form.get('refresh_token'));
    await sleep(delay);
    return refreshToken === undefined ? invalidGrant : [200, { ...tokens.issue(), refresh_token: refreshToken }];
  };

  const api = ({ headers: { authorization = '' } }) => {
    const state = tokens.stateOf(authorization);
    report.api[state] = (report.api[state] ?? 0) + 1;
    return [state === 'good' ? 200 : 401, {}, { 'www-authenticate': 'Bearer error="invalid_token"' }];
  };

  const origin = await serve({ '/token': token, '/api': api });
  return {
    addresses: () => ({ tokenEndpoint: `${origin}/token`, api: `${origin}/api` }),
    /** Begins a session as a sign-in would: its refresh token. */
    signIn: (user) => begin(user),
    /** `sessions`: begun, by user; `reused`: refresh tokens that came twice; `refused`: of those unknown or over. */
    report: () => report,
  };
}

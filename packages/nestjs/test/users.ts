import { createOutboundAuth, type OutboundAuth, tokenExchange } from '@outbound-auth/core';
import { startUpstream, type Upstream } from '@outbound-auth/testing';
import { onTestFinished } from 'vitest';

/** A system that is called on behalf of users. */
export interface Users extends Upstream {
  readonly auth: OutboundAuth<'ledger'>;
}

/** Starts it: its tokens tell whom they were exchanged for, and its API answers by the token that it was called with. */
export async function startUsers(): Promise<Users> {
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  upstream.server.respondWith(({ parameters }) => ({
    body: { access_token: `for-${parameters.get('subject_token')}`, token_type: 'Bearer', expires_in: 3600 },
  }));
  upstream.api.respondWith(({ headers }) => ({ body: headers['authorization'] ?? 'nobody' }));
  const auth = createOutboundAuth({ clients: { ledger: { ...upstream.client, grant: tokenExchange() } } });
  return { ...upstream, auth };
}

/** Calls with a bearer token of this user; gives the status and the text of the answer. */
export async function callAs(user: string | undefined, url: string, init: RequestInit = {}): Promise<[number, string]> {
  const headers = {
    'content-type': 'application/json',
    ...(user !== undefined && { authorization: `Bearer ${user}` }),
  };
  const response = await fetch(url, { ...init, headers });
  return [response.status, await response.text()];
}

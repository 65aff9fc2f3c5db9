import {
  type AuthorizationServer,
  manualClock,
  type ManualClock,
  type RecordedRequest,
  type ScriptedAnswer,
  startAuthorizationServer,
} from '@outbound-auth/testing';
import { onTestFinished } from 'vitest';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { Grant } from '../../src/grants/grant.ts';
import type { ClientOptions, TokenParameters } from '../../src/options/options.ts';
import type { OutboundAuth } from '../../src/outbound-auth.ts';
import type { OutboundClient } from '../../src/outbound-client.ts';

export const clientSecret = 'the-secret-of-orders';

/** A client that gets its tokens by one grant, and the server that gives them. */
export interface Granting {
  readonly server: AuthorizationServer;
  readonly clock: ManualClock;
  readonly auth: OutboundAuth<'billing'>;
  readonly client: OutboundClient;
  /** Gets a token that no earlier one can stand for, as all of them are over. */
  next(parameters?: TokenParameters): Promise<string>;
  /** What each token request had in its body, in the order of arrival. */
  bodies(): Record<string, string>[];
}

/** Everything runs on loopback and ends with the test. */
export async function startGranting(grant: Grant, options: Partial<ClientOptions> = {}): Promise<Granting> {
  const clock = manualClock();
  const server = await startAuthorizationServer({ clock });
  const own = options.clientAuthentication === undefined ? { clientSecret } : {};
  const auth = createOutboundAuth({
    clock,
    clients: {
      billing: {
        tokenEndpoint: server.tokenEndpoint,
        // One address for both, as the server has one script: a revocation has no grant_type.
        revocationEndpoint: server.tokenEndpoint,
        clientId: 'orders',
        attachTo: [server.issuer],
        grant,
        ...own,
        ...options,
      },
    },
  });
  onTestFinished(async () => {
    await server.close();
    await auth.close();
  });
  const client = auth.client('billing');
  return {
    server,
    clock,
    auth,
    client,
    next: async (parameters) => {
      clock.set(clock.now() + 86_400_000);
      return (await client.getAccessToken(parameters)).value;
    },
    bodies: () => server.requests.map(({ parameters }) => Object.fromEntries(parameters)),
  };
}

/** How a server deals with refresh tokens. */
export interface RefreshTokens {
  /** Every refresh token that is good now. */
  readonly good: Set<string>;
  /** What it was asked for, in order: `password`, `refresh_token first`, `revoke first`, … */
  readonly asked: string[];
}

/**
 * Has a server give `access-1` with `refresh-1`, `access-2` with `refresh-2`, … Where it rotates, a refresh token is good
 * once, and its second use ends them all; else they stay good, and none comes by a refresh token.
 */
export function giveRefreshTokens(server: AuthorizationServer, rotates: boolean, ...first: string[]): RefreshTokens {
  const good = new Set(first);
  const asked: string[] = [];
  let count = 0;
  server.respondWith(({ parameters }: RecordedRequest): ScriptedAnswer => {
    const type = parameters.get('grant_type') ?? '';
    const given = parameters.get('refresh_token');
    const revoked = parameters.get('token');
    if (revoked !== null) {
      asked.push(`revoke ${revoked}`);
      good.delete(revoked);
      return { body: {} };
    }
    asked.push(given === null ? type : `${type} ${given}`);
    if (given !== null && !good.has(given)) {
      if (rotates) good.clear();
      return { status: 400, body: { error: 'invalid_grant' } };
    }
    count += 1;
    const answer = { access_token: `access-${count}`, token_type: 'Bearer', expires_in: 60 };
    if (given !== null && !rotates) return { body: answer };
    if (given !== null) good.delete(given);
    good.add(`refresh-${count}`);
    return { body: { ...answer, refresh_token: `refresh-${count}` } };
  });
  return { good, asked };
}

/** Says what a server was asked by, scripted answers too. */
export function askedBy({ requests }: AuthorizationServer): string[] {
  return requests.map(({ parameters }) =>
    [parameters.get('grant_type'), parameters.get('refresh_token')].filter((text) => text !== null).join(' '),
  );
}

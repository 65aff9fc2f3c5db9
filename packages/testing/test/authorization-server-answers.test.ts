import { createOutboundAuth, type OutboundClient } from '@outbound-auth/core';
import { afterEach, describe, expect, it } from 'vitest';
import { type AuthorizationServer, type AuthorizationServerOptions, startAuthorizationServer } from '../src/index.ts';

let server: AuthorizationServer;
afterEach(() => server.close());

describe('the revocation endpoint', () => {
  const startRevoking = async (options?: AuthorizationServerOptions): Promise<OutboundClient> => {
    server = await startAuthorizationServer(options);
    const { issuer } = server;
    const billing = { issuer, clientId: 'orders', clientSecret: 's', attachTo: ['https://api.billing.example'] };
    return createOutboundAuth({ clients: { billing } }).client('billing');
  };

  it('ends a token, and is found by discovery', async () => {
    const client = await startRevoking({ clients: { orders: 's' } });
    const { value } = await client.getAccessToken();
    await client.revoke();
    expect(server.isActive(value)).toBe(false);
    expect(server.revocation.requests[0]?.parameters.get('token')).toBe(value);
    expect(server.requests).toHaveLength(1);
  });

  it('is scripted by itself', async () => {
    const client = await startRevoking();
    const { value } = await client.getAccessToken();
    server.revocation.respondOnce({ status: 503 });
    await expect(client.revoke()).rejects.toMatchObject({ code: 'revocation_failed' });
    expect(server.isActive(value)).toBe(true);
  });

  it('refuses what is no revocation, and takes that of a token it does not know', async () => {
    server = await startAuthorizationServer({ clients: { orders: 's' } });
    const revoke = async (parameters: Record<string, string>): Promise<number> => {
      const body = new URLSearchParams(parameters);
      return (await fetch(server.revocationEndpoint, { method: 'POST', body })).status;
    };
    const client = { client_id: 'orders', client_secret: 's' };
    expect(await revoke({ token: 'unknown', ...client })).toBe(200);
    expect(await revoke(client)).toBe(400);
    expect(await revoke({ token: 'unknown', ...client, client_secret: 'wrong' })).toBe(401);
    expect((await fetch(server.revocationEndpoint)).status).toBe(405);
  });
});

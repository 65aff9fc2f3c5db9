import { afterEach, describe, expect, it } from 'vitest';
import {
  manualClock,
  startAuthorizationServer,
  type AuthorizationServer,
  type AuthorizationServerOptions,
} from '../src/index.ts';

let server: AuthorizationServer;
afterEach(() => server.close());

const start = async (options?: AuthorizationServerOptions): Promise<void> => {
  server = await startAuthorizationServer(options);
};

const ask = (parameters: Record<string, string> = {}, authorization?: string): Promise<Response> =>
  fetch(server.tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
    ...(authorization !== undefined && { headers: { authorization } }),
  });

const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

describe('the token endpoint', () => {
  it('gives each request a token of its own', async () => {
    await start();
    const first = await ask({ scope: 'read write', client_id: 'orders' });
    expect(first.status).toBe(200);
    expect(first.headers.get('cache-control')).toBe('no-store');
    const answer: unknown = await first.json();
    const [issued] = server.issuedTokens;
    expect(answer).toEqual({
      access_token: issued?.accessToken,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'read write',
    });
    expect(issued).toMatchObject({ clientId: 'orders', scope: 'read write' });
    expect(await (await ask()).json()).not.toHaveProperty('scope');
    expect(server.issuedTokens[1]?.accessToken).not.toBe(issued?.accessToken);
  });

  it('takes registered clients only, where some are registered', async () => {
    await start({ clients: { orders: 's:e+c r%t' } });
    expect((await ask({}, basic('orders', 's%3Ae%2Bc+r%25t'))).status).toBe(200);
    expect((await ask({ client_id: 'orders', client_secret: 's:e+c r%t' })).status).toBe(200);
    const refused = await ask({}, basic('orders', 'wrong'));
    expect([refused.status, await refused.json()]).toEqual([401, { error: 'invalid_client' }]);
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="token"');
    expect((await ask({ client_id: 'orders', client_secret: 'wrong' })).headers.get('www-authenticate')).toBeNull();
    expect((await ask({}, basic('orders', '%'))).status).toBe(401);
    expect((await ask({}, `Basic ${btoa('orders')}`)).status).toBe(401);
    expect((await ask({ client_id: 'toString' })).status).toBe(401);
    expect((await ask()).status).toBe(401);
  });

  it('refuses what is no token request', async () => {
    await start();
    expect((await fetch(server.tokenEndpoint)).status).toBe(405);
    expect((await fetch(server.tokenEndpoint, { method: 'POST' })).status).toBe(400);
    expect((await fetch(`${server.issuer}/elsewhere`)).status).toBe(404);
    expect(server.issuedTokens).toEqual([]);
  });

  it('is scripted apart from the discovery document', async () => {
    await start();
    server.respondOnce({ status: 503 });
    server.discovery.respondOnce({ status: 404 });
    expect((await ask()).status).toBe(503);
    const address = `${server.issuer}/.well-known/openid-configuration`;
    expect((await fetch(address)).status).toBe(404);
    expect((await fetch(address)).status).toBe(200);
    expect([server.requests.length, server.discovery.requests.length]).toEqual([1, 2]);
  });
});

describe('the discovery document', () => {
  it.each(['openid-configuration', 'oauth-authorization-server'])('is served as %s', async (name) => {
    await start();
    const metadata: unknown = await (await fetch(`${server.issuer}/.well-known/${name}`)).json();
    expect(metadata).toMatchObject({ issuer: server.issuer, token_endpoint: server.tokenEndpoint });
  });
});

describe('a token', () => {
  it('is active until its time is over by the clock of the server', async () => {
    const clock = manualClock();
    await start({ clock, expiresIn: 5 });
    await ask();
    const { accessToken = '', expiresAt } = server.issuedTokens[0] ?? {};
    expect(expiresAt).toBe(clock.now() + 5000);
    await clock.advance(4999);
    expect(server.isActive(accessToken)).toBe(true);
    await clock.advance(1);
    expect(server.isActive(accessToken)).toBe(false);
  });

  it('is active until it is revoked, alone or with all others', async () => {
    await start();
    for (let count = 0; count < 3; count += 1) await ask();
    const active = (): boolean[] => server.issuedTokens.map(({ accessToken }) => server.isActive(accessToken));
    server.revoke(server.issuedTokens[1]?.accessToken ?? '');
    expect(active()).toEqual([true, false, true]);
    server.revokeAll();
    expect(active()).toEqual([false, false, false]);
  });

  it('has the text that the option makes for its request', async () => {
    await start({ accessToken: async ({ parameters }) => `for-${parameters.get('subject_token')}` });
    expect(await (await ask({ subject_token: 'ada' })).json()).toMatchObject({ access_token: 'for-ada' });
    expect(server.isActive('for-ada')).toBe(true);
    server.revoke('for-ada');
    expect(server.isActive('for-ada')).toBe(false);
  });

  it('of another server can be neither used nor revoked', async () => {
    await start();
    expect(server.isActive('of another server')).toBe(false);
    expect(() => server.revoke('of another server')).toThrow('take one from its issuedTokens');
  });
});

describe('the server', () => {
  it('names the option that is wrong', async () => {
    await start();
    await expect(startAuthorizationServer({ expiresIn: NaN })).rejects.toThrow('expiresIn: NaN is not a lifetime');
    // @ts-expect-error: in JavaScript it may be anything
    await expect(startAuthorizationServer({ accessToken: 'text' })).rejects.toThrow('accessToken: must be a function');
  });

  it('is closed by disposal', async () => {
    await start();
    await server[Symbol.asyncDispose]();
    await expect(ask()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});

import { describe, expect, it } from 'vitest';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import { password } from '../../src/grants/password.ts';
import { refreshToken } from '../../src/grants/refresh-token.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import { authFor, startWorld, type World } from './worlds.ts';

const world = startWorld({ resources: ['https://api.example', 'https://reports.example'] });

const clientOf = ({ server: { clients } }: World, options: Partial<ClientOptions> = {}): Partial<ClientOptions> => ({
  clientId: clients.post.clientId,
  clientAuthentication: clientSecretPost(clients.post.clientSecret),
  ...options,
});

const grantsSince = ({ server }: World, from: number) =>
  server.tokenRequests.slice(from).map(({ grantType, status }) => `${grantType} ${status}`);

describe('a session by password, at a server that rotates refresh tokens and detects their reuse', () => {
  it('is renewed by each refresh token once, and never by one that was used', async () => {
    const { server, api } = world();
    const auth = authFor(world(), clientOf(world(), { grant: password(server.users.ada) }));
    const from = server.tokenRequests.length;
    for (let round = 0; round < 4; round += 1) {
      expect((await auth.fetch(`${api.origin}/invoices`)).status).toBe(200);
      api.refuse((await auth.client('billing').getAccessToken()).value);
    }
    expect((await auth.fetch(`${api.origin}/invoices`)).status).toBe(200);
    expect(grantsSince(world(), from)).toEqual([
      'password 200',
      'refresh_token 200',
      'refresh_token 200',
      'refresh_token 200',
      'refresh_token 200',
    ]);
  });

  it('goes back to the password once when the session was ended at the server', async () => {
    const { server, api } = world();
    let latest = '';
    const listening: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const body: unknown = response.url === server.tokenEndpoint ? await response.clone().json() : {};
      if (typeof body === 'object' && body !== null && 'refresh_token' in body) latest = String(body.refresh_token);
      return response;
    };
    const auth = authFor(world(), clientOf(world(), { grant: password(server.users.grace), fetch: listening }));
    const from = server.tokenRequests.length;
    api.refuse((await auth.client('billing').getAccessToken()).value);
    const { clientId, clientSecret } = server.clients.post;
    const body = new URLSearchParams({ token: latest, client_id: clientId, client_secret: clientSecret });
    expect((await fetch(server.revocationEndpoint, { method: 'POST', body })).status).toBe(200);
    expect((await auth.fetch(`${api.origin}/invoices`)).status).toBe(200);
    expect(grantsSince(world(), from)).toEqual(['password 200', 'refresh_token 400', 'password 200']);
  });

  it('by refresh token alone tells each next one, and says so when the session is over', async () => {
    const { server, api } = world();
    const told: string[] = [];
    let first = '';
    const signingIn = authFor(world(), {
      ...clientOf(world(), { grant: password(server.users.ada) }),
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        const body: unknown = response.url === server.tokenEndpoint ? await response.clone().json() : {};
        if (typeof body === 'object' && body !== null && 'refresh_token' in body) first = String(body.refresh_token);
        return response;
      },
    });
    await signingIn.client('billing').getAccessToken();
    const grant = refreshToken(() => first, { onRotated: (next) => void told.push(next) });
    const auth = authFor(world(), clientOf(world(), { grant }));
    for (let round = 0; round < 2; round += 1) {
      expect((await auth.fetch(`${api.origin}/invoices`)).status).toBe(200);
      api.refuse((await auth.client('billing').getAccessToken()).value);
    }
    expect(new Set([first, ...told]).size).toBe(3);
    // This server revokes no JWTs, and says so; the refresh token is ended all the same.
    await expect(auth.client('billing').revoke()).rejects.toMatchObject({
      code: 'revocation_failed',
      server: { error: 'unsupported_token_type' },
    });
    await expect(auth.client('billing').getAccessToken()).rejects.toMatchObject({
      code: 'session_unavailable',
      status: 503,
    });
  });
});

describe('a client', () => {
  it('revokes its token at the server, and gets another', async () => {
    const { api } = world();
    const auth = authFor(world(), clientOf(world(), { resource: undefined }));
    const client = auth.client('billing');
    const first = await client.getAccessToken();
    const call = () => auth.fetch(`${api.origin}/invoices`);
    expect((await call()).status).toBe(200);
    await client.revoke();
    const headers = { authorization: first.authorization };
    expect((await fetch(`${api.origin}/invoices`, { headers })).status).toBe(401);
    expect((await call()).status).toBe(200);
    expect((await client.getAccessToken()).value).not.toBe(first.value);
  });

  it('gets a token for each resource, and tells what is in it', async () => {
    const client = authFor(world(), clientOf(world())).client('billing');
    const api = await client.getAccessToken();
    const reports = await client.getAccessToken({ resource: 'https://reports.example' });
    expect([api.claims()?.['aud'], reports.claims()?.['aud']]).toEqual([
      'https://api.example',
      'https://reports.example',
    ]);
    await expect(client.getAccessToken({ resource: 'https://unknown.example' })).rejects.toMatchObject({
      code: 'token_request_refused',
      server: { error: 'invalid_target' },
    });
  });

  it('delegates by an actor token, and hands on what the server says of a bad subject token', async () => {
    const { server } = world();
    const events: OutboundAuthEvent[] = [];
    const actorToken = () => server.mintSubjectToken('grace');
    const grant = tokenExchange({ actorToken, actorTokenType: 'jwt' });
    const auth = authFor(world(), clientOf(world(), { grant }), { onEvent: (event) => void events.push(event) });
    const client = auth.client('billing');
    const subject = await server.mintSubjectToken('ada');
    const token = await auth.withSubjectToken(subject, () => client.getAccessToken());
    expect(token.claims()).toMatchObject({ act: { sub: expect.any(String) as string } });
    const ended = await server.mintSubjectToken('ada', { expiresIn: -60 });
    await expect(auth.withSubjectToken(ended, () => client.getAccessToken())).rejects.toMatchObject({
      code: 'subject_token_refused',
      status: 401,
    });
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'subject_token_missing', status: 401 });
    expect(JSON.stringify(events)).not.toContain(subject);
  });
});

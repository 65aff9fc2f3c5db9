import { describe, expect, it } from 'vitest';
import { empowerId } from '../../src/providers/empower-id.ts';
import { authWith, basic, form, startSystem, wireOf } from './system.ts';

const least = {
  host: 'id.example.com',
  clientId: 'orders',
  clientSecret: 'a-secret',
  username: 'anna',
  password: 'a-word',
};
// The strings stand for what is absent, as documented.
const answer = { expires_in: 3600, refresh_token: 'refresh-1', id_token: 'null', error: '', error_description: 'null' };

describe('empowerId', () => {
  it('gives the password grant, and the client for the body', () => {
    const { grant, clientAuthentication, ...options } = empowerId(least);
    expect(options).toEqual({
      tokenEndpoint: 'https://id.example.com/oauth/v2/token',
      clientId: 'orders',
      attachTo: ['https://id.example.com'],
    });
    expect(grant?.type).toBe('password');
    expect(clientAuthentication).toBeTypeOf('function');
  });

  it.each(['https://id.example.com', 'ID.example.com/', 'https://id.example.com:443/'])(
    'takes the host as %s',
    (host) => {
      expect(empowerId({ ...least, host }).tokenEndpoint).toBe('https://id.example.com/oauth/v2/token');
      expect(empowerId({ ...least, host, attachTo: ['https://api.example'] }).attachTo).toEqual([
        'https://api.example',
      ]);
    },
  );

  it.each([
    ['form', form],
    ['json', 'application/json'],
  ] as const)(
    'sends the person in Basic, the client in the body as %s, and the API key everywhere',
    async (format, type) => {
      const system = await startSystem('/oauth/v2/token', { ...answer, expires_in: 0 });
      const options = {
        ...least,
        host: system.origin,
        apiKey: () => 'a-key',
        redirectUri: 'https://x.example/cb',
        format,
      };
      const auth = authWith(empowerId(options));
      expect((await auth.fetch(`${system.origin}/people`)).status).toBe(200);
      await auth.client('it').getAccessToken();
      const [first, second] = system.tokenRequests;
      const client = { client_id: 'orders', client_secret: 'a-secret', redirect_uri: 'https://x.example/cb' };
      const headers = { 'content-type': type, 'x-empowerid-api-key': 'a-key' };
      expect(wireOf(first)).toEqual({
        ...headers,
        authorization: basic('anna', 'a-word'),
        body: { grant_type: 'password', ...client },
      });
      expect(wireOf(second)).toEqual({
        ...headers,
        body: { grant_type: 'refresh_token', refresh_token: 'refresh-1', ...client },
      });
      expect(wireOf(system.apiCalls[0])).toEqual({
        authorization: 'Bearer token-1',
        'x-empowerid-api-key': 'a-key',
        body: {},
      });
    },
  );

  it('sends neither API key nor redirect URI where none is given', async () => {
    const system = await startSystem('/oauth/v2/token', answer);
    await authWith(empowerId({ ...least, host: system.origin }))
      .client('it')
      .getAccessToken();
    expect(wireOf(system.tokenRequests[0])).toEqual({
      authorization: basic('anna', 'a-word'),
      'content-type': form,
      body: { grant_type: 'password', client_id: 'orders', client_secret: 'a-secret' },
    });
  });

  it('lays further headers and parameters over its own', () => {
    const given = { ...least, apiKey: 'a-key', redirectUri: 'https://x.example/cb' };
    const options = empowerId({ ...given, headers: { 'x-tenant': 't' }, parameters: { scope_hint: 'h' } });
    expect(options.headers).toEqual({ 'x-empowerid-api-key': 'a-key', 'x-tenant': 't' });
    expect(options.tokenRequestHeaders).toEqual({ 'x-empowerid-api-key': 'a-key' });
    expect(options.parameters).toEqual({ redirect_uri: 'https://x.example/cb', scope_hint: 'h' });
    const other = { 'x-empowerid-api-key': 'another-key' };
    expect(empowerId({ ...given, headers: other })).toMatchObject({ headers: other });
  });
});

import { describe, expect, it } from 'vitest';
import { usageEngine } from '../../src/providers/usage-engine.ts';
import { authWith, form, startSystem, wireOf } from './system.ts';

const least = { clientId: 'orders', clientSecret: 'a-secret', audience: 'https://api.example.io/' };

describe('usageEngine', () => {
  it('derives the token endpoint and where the token goes from the audience', () => {
    const { clientAuthentication, ...options } = usageEngine(least);
    expect(options).toEqual({
      tokenEndpoint: 'https://api.example.io/authentication/v1/oauth/token',
      clientId: 'orders',
      audience: 'https://api.example.io/',
      attachTo: ['https://api.example.io/'],
    });
    expect(clientAuthentication).toBeTypeOf('function');
    const given = { tokenEndpoint: 'https://auth.example.io/token', attachTo: ['https://eu.example.io'] };
    expect(usageEngine({ ...least, ...given })).toMatchObject(given);
  });

  it.each(['https://api.example.io/', 'https://api.example.io', 'HTTPS://api.example.io/'])(
    'keeps the audience %s exactly',
    (audience) => {
      expect(usageEngine({ ...least, audience })).toMatchObject({ audience });
    },
  );

  it.each(['/', ''])('sends the client in the body, and the audience with its end %o', async (end) => {
    const system = await startSystem('/authentication/v1/oauth/token');
    const audience = `${system.origin}${end}`;
    const auth = authWith(usageEngine({ ...least, audience }));
    expect((await auth.fetch(`${system.origin}/meters`)).status).toBe(200);
    expect(wireOf(system.tokenRequests[0])).toEqual({
      'content-type': form,
      body: { grant_type: 'client_credentials', client_id: 'orders', client_secret: 'a-secret', audience },
    });
  });
});

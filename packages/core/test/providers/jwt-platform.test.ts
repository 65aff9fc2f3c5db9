import { describe, expect, it } from 'vitest';
import { jwtPlatform } from '../../src/providers/jwt-platform.ts';
import { authWith, basic, form, startSystem, wireOf } from './system.ts';

const least = { base: 'https://platform.example', clientId: 'orders', clientSecret: 'a-secret' };

describe('jwtPlatform', () => {
  it('gives the token endpoint below the base, and the token to the base', () => {
    expect(jwtPlatform(least)).toEqual({
      tokenEndpoint: 'https://platform.example/oauth/v2/token',
      clientId: 'orders',
      clientSecret: 'a-secret',
      attachTo: ['https://platform.example'],
    });
    expect(jwtPlatform({ ...least, encoding: 'form', attachTo: ['https://api.example'] })).toMatchObject({
      clientSecret: 'a-secret',
      attachTo: ['https://api.example'],
    });
  });

  it.each(['platform.example/eu/', 'https://platform.example/eu', 'HTTPS://Platform.Example:443/eu//'])(
    'takes the base as %s',
    (base) => {
      expect(jwtPlatform({ ...least, base })).toMatchObject({
        tokenEndpoint: 'https://platform.example/eu/oauth/v2/token',
        attachTo: ['https://platform.example/eu'],
      });
    },
  );

  it.each([
    ['form', 'a%3A%40b+c%25%C3%BC', 's%2B+cr%3At'],
    ['raw', 'a:@b c%ü', 's+ cr:t'],
  ] as const)('E26 sends odd ids in Basic as %s', async (encoding, id, secret) => {
    const system = await startSystem('/oauth/v2/token');
    const odd = { base: system.origin, clientId: 'a:@b c%ü', clientSecret: 's+ cr:t', encoding };
    const response = await authWith(jwtPlatform(odd)).fetch(`${system.origin}/things`);
    expect(response.status).toBe(200);
    expect(wireOf(system.tokenRequests[0])).toEqual({
      authorization: basic(id, secret),
      'content-type': form,
      body: { grant_type: 'client_credentials' },
    });
  });
});

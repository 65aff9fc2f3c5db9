import { describe, expect, it } from 'vitest';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { type Scene, startScene } from './scene.ts';

/** A client whose user is asked for at each call, and whose tokens tell for whom they are. */
async function changingScene(user: () => string): Promise<Scene> {
  const scene = await startScene({ grant: tokenExchange({ subjectToken: user }) });
  scene.server.respondWith(({ parameters }) => ({
    status: 200,
    body: { access_token: `for-${parameters.get('subject_token') ?? ''}`, token_type: 'Bearer', expires_in: 3600 },
  }));
  return scene;
}

describe('a call on behalf of a user', () => {
  it('E10 goes on for the user that it began for, over a redirect', async () => {
    let user = 'alice';
    const { api, auth } = await changingScene(() => user);
    api.respondWith(({ path }) => {
      user = 'bob';
      return path === '/v2/a' ? { status: 307, headers: { location: '/v2/b' } } : { status: 200, body: 'yes' };
    });
    await auth.fetch(`${api.origin}/v2/a`, { method: 'POST', body: 'of alice' });
    expect(api.requests.map(({ path, headers }) => [path, headers['authorization']])).toEqual([
      ['/v2/a', 'Bearer for-alice'],
      ['/v2/b', 'Bearer for-alice'],
    ]);
  });

  it('E10 E47 goes on for that user where the API wants claims', async () => {
    let user = 'alice';
    const { server, api, auth } = await changingScene(() => user);
    const claims = Buffer.from('{"access_token":{}}').toString('base64');
    api.respondWith(() => {
      user = 'bob';
      return api.requests.length === 1
        ? { status: 401, headers: { 'www-authenticate': `Bearer error="insufficient_claims", claims="${claims}"` } }
        : { status: 200, body: 'yes' };
    });
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    expect(server.requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['alice', 'alice']);
  });
});

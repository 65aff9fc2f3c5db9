import { describe, expect, it } from 'vitest';
import { apiKey, type Scene, startScene } from './scene.ts';

const wanted = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';

const challenge = (claims: string) => ({
  status: 401,
  headers: {
    'www-authenticate': `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
  },
});

/** An API that wants these claims, and takes tokens that were asked for with them alone. */
async function wantingScene(claims: () => string = () => wanted): Promise<Scene> {
  const scene = await startScene();
  const { server, api } = scene;
  const withClaims = () => {
    const asked = server.requests.map(({ parameters }) => parameters.get('claims'));
    return server.issuedTokens
      .filter((_, index) => asked[index] !== null)
      .map(({ accessToken }) => `Bearer ${accessToken}`);
  };
  api.respondWith(({ headers }) =>
    withClaims().includes(headers['authorization'] ?? '') ? { status: 200, body: 'yes' } : challenge(claims()),
  );
  return scene;
}

describe('E47 an API that wants claims', () => {
  it('gets a token that was asked for with them, once', async () => {
    const { server, api, auth, events } = await wantingScene();
    const url = `${api.origin}/v2/a`;
    const response = await auth.fetch(url, { method: 'POST', body: 'an invoice', outboundAuth: { scope: 'write' } });
    expect(response.status).toBe(200);
    expect(server.requests.map(({ parameters }) => parameters.get('claims'))).toEqual([null, wanted]);
    expect(server.requests.map(({ parameters }) => parameters.get('scope'))).toEqual(['write', 'write']);
    expect(api.requests.map(({ body, headers }) => [body, headers['x-api-key']])).toEqual([
      ['an invoice', apiKey],
      ['an invoice', apiKey],
    ]);
    expect(events.filter(({ type }) => type === 'token.rejected')).toEqual([]);
  });

  it('gets the same token again, under a key of its own beside the other', async () => {
    const { server, api, auth } = await wantingScene();
    const own = await auth.client('billing').getAccessToken();
    for (let call = 0; call < 3; call += 1) expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    expect(server.requests).toHaveLength(2);
    expect(auth.client('billing').peekAccessToken()).toBe(own);
    expect(auth.client('billing').peekAccessToken({ parameters: { claims: wanted } })?.value).not.toBe(own.value);
  });

  it('that nobody can read is handed on, and the token kept', async () => {
    const { server, api, auth, events } = await wantingScene(() => 'no JSON');
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    expect([server.requests.length, api.requests.length]).toEqual([1, 1]);
    expect(events.at(-1)).toMatchObject({ type: 'unauthorized.handed_on', reason: 'not_about_the_token' });
  });

  it('that no token can be had with is handed on', async () => {
    const { server, api, auth, events } = await wantingScene();
    await auth.client('billing').getAccessToken();
    server.respondOnce({ status: 400, body: { error: 'interaction_required' } });
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    expect(api.requests).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'unauthorized.handed_on', reason: 'no_other_token' });
  });

  it('of a body that was read is handed on', async () => {
    const { server, api, auth, events } = await wantingScene();
    const body = new Blob(['an invoice']).stream();
    expect((await auth.fetch(`${api.origin}/v2/a`, { method: 'POST', body, duplex: 'half' })).status).toBe(401);
    expect([server.requests.length, api.requests.length]).toEqual([1, 1]);
    expect(events.at(-1)).toMatchObject({ type: 'unauthorized.handed_on', reason: 'body_cannot_be_sent_again' });
  });

  it('E16 each time others causes no storm of token requests', async () => {
    const scene = await startScene();
    const { server, api, auth } = scene;
    let count = 0;
    api.respondWith(() => challenge(`{"access_token":{"n":${(count += 1)}}}`));
    for (let call = 0; call < 50; call += 1) expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    expect(server.requests.length).toBeLessThanOrEqual(3);
  });

  it('E16 that it never takes is handed on without a second send while the brake is on', async () => {
    const { api, auth } = await startScene();
    api.respondWith(() => challenge(wanted));
    for (let call = 0; call < 5; call += 1) expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    expect(api.requests).toHaveLength(6);
  });

  it('drops a token that it refuses all the same', async () => {
    const { server, api, auth, clock } = await wantingScene();
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    api.respondWith(({ headers }) =>
      headers['authorization'] === `Bearer ${server.issuedTokens[0]?.accessToken}`
        ? challenge(wanted)
        : { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    );
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    await clock.advance(60_000);
    expect(auth.client('billing').peekAccessToken({ parameters: { claims: wanted } })).toBeUndefined();
  });
});

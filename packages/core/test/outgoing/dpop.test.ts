import { describe, expect, it } from 'vitest';
import { type Scene, startScene } from './scene.ts';

const bound = (value: string) => ({
  status: 200,
  body: { access_token: value, token_type: 'DPoP', expires_in: 3600 },
});
const challenge = (error: string, nonce?: string) => ({
  status: 401,
  headers: { 'www-authenticate': `DPoP error="${error}"`, ...(nonce === undefined ? {} : { 'dpop-nonce': nonce }) },
});

/** A client with DPoP, whose tokens are numbered. */
async function boundScene(): Promise<Scene> {
  const scene = await startScene({ dpop: true });
  let count = 0;
  scene.server.respondWith(() => bound(`token-${(count += 1)}`));
  return scene;
}

function nonceOf(proof: string | undefined): unknown {
  const [, payload = ''] = proof?.split('.') ?? [];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { nonce?: unknown };
  return claims.nonce;
}

describe('row "DPoP": a client with DPoP', () => {
  it('E45 answers the nonce challenge of each of many calls under way together', async () => {
    const { api, auth } = await boundScene();
    api.respondWith(({ headers }) =>
      nonceOf(headers['dpop']) === 'n1' ? { status: 200, body: 'yes' } : challenge('use_dpop_nonce', 'n1'),
    );
    const gate = api.hold(10);
    const calls = Array.from({ length: 10 }, () => auth.fetch(`${api.origin}/v2/a`));
    await api.waitForRequests(10);
    gate.release();
    const statuses = await Promise.all(calls.map(async (call) => (await call).status));
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 200));
    expect(api.requests).toHaveLength(20);
  });

  it('E45 answers a nonce challenge that follows a refused token, and sends no fourth time', async () => {
    const { server, api, auth } = await boundScene();
    const answers = [challenge('invalid_token'), challenge('use_dpop_nonce', 'n1'), { status: 200, body: 'yes' }];
    api.respondWith(() => answers[api.requests.length - 1] ?? { status: 500 });
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    expect(api.requests.map(({ headers }) => [headers['authorization'], nonceOf(headers['dpop'])])).toEqual([
      ['DPoP token-1', undefined],
      ['DPoP token-2', undefined],
      ['DPoP token-2', 'n1'],
    ]);
    expect(server.requests).toHaveLength(2);
  });

  it('E45 hands on a nonce challenge that never ends', async () => {
    const { server, api, auth, events } = await boundScene();
    api.respondWith(() => challenge('use_dpop_nonce', `n${api.requests.length}`));
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    expect([server.requests.length, api.requests.length]).toEqual([1, 2]);
    expect(events.at(-1)).toMatchObject({ type: 'unauthorized.handed_on', reason: 'not_about_the_token' });
  });

  it('keeps its token where the API takes offence at the proof', async () => {
    const { server, api, auth } = await boundScene();
    api.respondWith(() => challenge('invalid_dpop_proof'));
    for (let call = 0; call < 3; call += 1) expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    expect([server.requests.length, api.requests.length]).toEqual([1, 3]);
  });
});

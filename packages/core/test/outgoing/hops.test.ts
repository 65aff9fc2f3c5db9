import { describe, expect, it } from 'vitest';
import type { Hop, OutgoingCall } from '../../src/outgoing/outgoing-call.ts';
import { type Scene, startScene } from './scene.ts';

/** A call over a transport that follows redirects itself, to these addresses. */
function followingCall(url: string, addresses: readonly string[], status: number, sent: Hop[]): OutgoingCall<number> {
  return {
    url: new URL(url),
    method: 'GET',
    headers: new Headers(),
    body: 'none',
    redirect: 'manual',
    transmit: async (hop) => {
      sent.push(hop);
      for (const address of addresses) hop.mayAttach(new URL(address));
      return status;
    },
    status: (response) => response,
    header: () => undefined,
    discard: () => undefined,
  };
}

const types = ({ events }: Scene): string[] => events.map(({ type }) => type);

describe('E22 a transport that follows redirects itself', () => {
  it('is told where the token may go, and never again once it has left', async () => {
    const scene = await startScene();
    const inside = new URL(`${scene.api.origin}/v2/b`);
    const outside = new URL(`${scene.elsewhere.origin}/v2/b`);
    const sent: Hop[] = [];
    await scene.auth.send(followingCall(`${scene.api.origin}/v2/a`, [], 200, sent));
    const answers = [inside, outside, inside, outside].map((url) => sent[0]?.mayAttach(url));
    expect(answers).toEqual([true, false, false, false]);
    expect(scene.events.slice(-1)).toEqual([{ type: 'redirect.left', client: 'billing', url: outside.href }]);
  });

  it('has its 401 handed on and its token kept when it has left', async () => {
    const scene = await startScene();
    const sent: Hop[] = [];
    const addresses = [`${scene.elsewhere.origin}/v2/b`];
    expect(await scene.auth.send(followingCall(`${scene.api.origin}/v2/a`, addresses, 401, sent))).toBe(401);
    expect([sent.length, scene.server.requests.length]).toEqual([1, 1]);
    expect(types(scene)).not.toContain('token.rejected');
  });

  it('is sent again after a 401 from inside', async () => {
    const scene = await startScene();
    const sent: Hop[] = [];
    await scene.auth.send(followingCall(`${scene.api.origin}/v2/a`, [`${scene.api.origin}/v2/b`], 401, sent));
    expect([sent.length, scene.server.requests.length]).toEqual([2, 2]);
  });

  it('gets nothing attached again when it hands a redirect back to the inside', async () => {
    const scene = await startScene();
    const sent: Hop[] = [];
    const call = followingCall(`${scene.api.origin}/v2/a`, [`${scene.elsewhere.origin}/v2/b`], 302, sent);
    const header = (): string | undefined => (sent.length === 1 ? `${scene.api.origin}/v2/c` : undefined);
    await scene.auth.send({ ...call, redirect: 'follow', header });
    expect(sent.map(({ attached }) => 'authorization' in attached)).toEqual([true, false]);
  });

  it('loses the API key that the call has set, when it hands a redirect back from the outside', async () => {
    const scene = await startScene();
    const sent: Hop[] = [];
    const call = followingCall(`${scene.api.origin}/v2/a`, [`${scene.elsewhere.origin}/v2/b`], 302, sent);
    const header = (): string | undefined => (sent.length === 1 ? `${scene.elsewhere.origin}/v2/c` : undefined);
    await scene.auth.send({ ...call, redirect: 'follow', header });
    expect(sent.map(({ removed }) => removed.has('x-api-key'))).toEqual([false, true]);
  });

  it('attaches nothing to nothing', async () => {
    const scene = await startScene();
    const sent: Hop[] = [];
    await scene.auth.send(followingCall(`${scene.elsewhere.origin}/a`, [`${scene.api.origin}/v2/b`], 200, sent));
    expect(sent.map(({ attached }) => attached)).toEqual([{}]);
    expect(types(scene)).toEqual(['address.unmatched']);
  });
});

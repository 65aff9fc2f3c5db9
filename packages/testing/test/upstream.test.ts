import { createOutboundAuth } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { startUpstream } from '../src/index.ts';

describe('a whole upstream', () => {
  it.each([
    ['as it is', undefined],
    ['beside registered clients', { clients: { another: 'its secret' } }],
  ])('takes its own client %s', async (_how, options) => {
    const upstream = await startUpstream(options);
    const auth = createOutboundAuth({ clients: { upstream: upstream.client } });
    expect((await auth.fetch(`${upstream.api.origin}/invoices`)).status).toBe(200);
    expect(upstream.server.issuedTokens).toMatchObject([{ clientId: upstream.client.clientId }]);
    await auth.close();
    await upstream.close();
    await expect(fetch(upstream.api.origin)).rejects.toThrow('fetch failed');
    await expect(fetch(upstream.server.issuer)).rejects.toThrow('fetch failed');
  });
});

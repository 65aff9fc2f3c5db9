import { createOutboundAuth, TokenRequestError } from '@outbound-auth/core';
import { describe, expect, it, vi } from 'vitest';
import { manualClock, staticToken } from '../src/index.ts';
import { authWith, origin, registration } from './static-auth.ts';

describe('a function for a static token', () => {
  it('is told what the token is asked for with, and asked once for it', async () => {
    const token = vi.fn(({ scope }: { scope: string | undefined }) => `for-${scope ?? 'nothing'}`);
    const { auth, sent } = authWith(staticToken(token));
    const outboundAuth = { scope: ['b', 'a'], audience: 'x', resource: 'https://r.example', parameters: { p: '1' } };
    for (const given of [outboundAuth, undefined, outboundAuth]) {
      await auth.fetch(`${origin}/invoices`, { ...(given && { outboundAuth: { ...given, scope: 'write' } }) });
    }
    expect(sent).toEqual(['Bearer for-write', 'Bearer for-nothing', 'Bearer for-write']);
    expect(token.mock.calls).toEqual([
      [
        {
          scope: 'write',
          audience: ['x'],
          resource: ['https://r.example'],
          parameters: { p: '1' },
          subjectToken: undefined,
        },
      ],
      [{ scope: undefined, audience: [], resource: [], parameters: {}, subjectToken: undefined }],
    ]);
  });

  it('is asked for another token once an API has refused one', async () => {
    let count = 0;
    const { auth, sent } = authWith(
      staticToken(() => `token-${(count += 1)}`),
      [200, 401],
    );
    await auth.fetch(origin);
    expect((await auth.fetch(origin)).status).toBe(200);
    expect(sent).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  it('fails the call by what it throws', async () => {
    const error = new RangeError('as the test has it');
    const { auth } = authWith(
      staticToken(() => {
        throw error;
      }),
    );
    await expect(auth.fetch(origin)).rejects.toBe(error);
  });

  it('is asked again in a while where it fails as a server in trouble would', async () => {
    const clock = manualClock();
    const failure = new TokenRequestError('in trouble', { code: 'token_endpoint_failed' });
    const token = vi
      .fn(() => 'a-token')
      .mockImplementationOnce(() => {
        throw failure;
      });
    const billing = { ...registration, grant: staticToken(token) };
    const auth = createOutboundAuth({ clients: { billing }, clock, random: () => 0 });
    const got = auth.client('billing').getAccessToken();
    await vi.waitFor(() => expect(token).toHaveBeenCalledOnce());
    await clock.advance(1_000);
    expect((await got).value).toBe('a-token');
  });

  it('fails the call with what cannot be a token', async () => {
    const { auth, sent } = authWith(staticToken(async () => 'Bearer a-token'));
    await expect(auth.fetch(origin)).rejects.toThrow(
      'what the function for a static token gives must be the token alone',
    );
    expect(sent).toEqual([]);
  });
});

import { createOutboundAuth, none, TokenRequestError } from '@outbound-auth/core';
import { describe, expect, it, vi } from 'vitest';
import { exposedSecrets, manualClock, memoryStore, staticToken } from '../src/index.ts';

const origin = 'https://api.billing.example';
const registration = {
  issuer: 'https://idp.invalid',
  clientId: 'orders-service',
  clientAuthentication: none(),
  attachTo: [origin],
};

/** An auth whose calls are answered by 200, and the `Authorization` headers that they came with. */
function authWith(grant: ReturnType<typeof staticToken>, statuses: readonly number[] = []) {
  const sent: (string | null)[] = [];
  const fetch = vi.fn<typeof globalThis.fetch>(async (_input, init) => {
    sent.push(new Headers(init?.headers).get('authorization'));
    return new Response(null, { status: statuses[sent.length - 1] ?? 200 });
  });
  const auth = createOutboundAuth({ clients: { billing: { ...registration, grant } }, fetch });
  return { auth, sent };
}

describe('a static token', () => {
  it('is put on calls, and no server is asked for it', async () => {
    const { auth, sent } = authWith(staticToken('a-token'));
    expect((await auth.fetch(`${origin}/invoices`)).status).toBe(200);
    expect(sent).toEqual(['Bearer a-token']);
  });

  it('leaves the secret of real options unread', async () => {
    const clientSecret = vi.fn(() => 'a secret');
    const { clientAuthentication, ...real } = registration;
    const billing = { ...real, clientSecret, grant: staticToken('a-token') };
    const auth = createOutboundAuth({ clients: { billing } });
    expect((await auth.client('billing').getAccessToken()).authorization).toBe('Bearer a-token');
    expect(clientSecret).not.toHaveBeenCalled();
  });

  it('outlives all tests', async () => {
    const clock = manualClock();
    const grant = staticToken('a-token');
    const auth = createOutboundAuth({ clients: { billing: { ...registration, grant, keepWarm: true } }, clock });
    await auth.warmUp();
    clock.set(Date.now() + 9 * 365 * 86_400_000);
    expect(auth.client('billing').peekAccessToken()).toMatchObject({ value: 'a-token', tokenType: 'Bearer' });
    expect(auth.status().clients['billing']).toMatchObject({ token: 'valid', requests: { succeeded: 1 } });
    await auth.close();
  });

  it('tells the claims of a JWT, and of no other text', async () => {
    const payload = Buffer.from(JSON.stringify({ sub: 'orders' })).toString('base64url');
    const claimsOf = async (text: string): Promise<unknown> => {
      const token = await authWith(staticToken(text)).auth.client('billing').getAccessToken();
      return token.claims();
    };
    expect(await claimsOf(`e30.${payload}.signature`)).toEqual({ sub: 'orders' });
    expect(await claimsOf('opaque')).toBeUndefined();
    expect(await claimsOf('a.MQ.b')).toBeUndefined();
  });

  it('needs no proof, and shows itself to no inspector', async () => {
    const token = await authWith(staticToken('a-token')).auth.client('billing').getAccessToken();
    expect(await token.proof('GET', origin)).toBeUndefined();
    expect(exposedSecrets(token, ['a-token'])).toEqual([]);
  });
});

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

describe('a static token on behalf of users', () => {
  it('E10 is made for the user whose work the call is', async () => {
    const { auth, sent } = authWith(staticToken(({ subjectToken }) => `for-${subjectToken}`, { onBehalfOf: true }));
    for (const user of ['ada', 'bob', 'ada']) await auth.withSubjectToken(user, () => auth.fetch(origin));
    expect(sent).toEqual(['Bearer for-ada', 'Bearer for-bob', 'Bearer for-ada']);
  });

  it.each([staticToken('a-token', { onBehalfOf: true }), staticToken(() => 'a-token', { onBehalfOf: true })])(
    'is given to nobody without a user (%#)',
    async (grant) => {
      const { auth, sent } = authWith(grant);
      await expect(auth.fetch(origin)).rejects.toMatchObject({ code: 'subject_token_missing', status: 401 });
      expect(sent).toEqual([]);
    },
  );
});

describe('what cannot be a token', () => {
  it.each(['', 'Bearer a-token', 'two\nlines', 'Grüße'])('is refused: %j', (text) => {
    expect(() => staticToken(text)).toThrow(/staticToken\(token\): must be the token alone/);
  });
});

it('keeps two texts apart in one store', async () => {
  const store = memoryStore();
  const tokens: string[] = [];
  for (const text of ['one', 'two']) {
    const auth = createOutboundAuth({ clients: { billing: { ...registration, grant: staticToken(text) } }, store });
    tokens.push((await auth.client('billing').getAccessToken()).value);
    await auth.close();
  }
  expect(tokens).toEqual(['one', 'two']);
});

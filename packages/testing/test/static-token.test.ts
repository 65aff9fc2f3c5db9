import { createOutboundAuth } from '@outbound-auth/core';
import { describe, expect, it, vi } from 'vitest';
import { exposedSecrets, manualClock, memoryStore, staticToken } from '../src/index.ts';
import { authWith, origin, registration } from './static-auth.ts';

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

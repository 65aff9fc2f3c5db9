import { TokenRequestError } from '@outbound-auth/core';
import { describe, expect, it, vi } from 'vitest';
import { fakeOutboundAuth } from '../../src/index.ts';

const respond = { respond: (): Response => new Response('ok') };
const invoices = 'https://api.billing.example/v2/invoices';

describe('a function for a token', () => {
  it('is asked once for each set of parameters, whatever the address', async () => {
    const token = vi.fn(({ scope = 'none' }: { scope: string | undefined }) => `for-${scope}`);
    const fake = fakeOutboundAuth({ billing: { token, scope: 'read' } }, respond);
    await fake.fetch(invoices);
    await fake.fetch('https://another.example');
    await fake.client('billing').getAccessToken();
    await fake.fetch(invoices, { outboundAuth: { scope: 'write' } });
    expect(token).toHaveBeenCalledTimes(2);
    expect(fake.calls.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer for-read',
      'Bearer for-read',
      'Bearer for-write',
    ]);
    expect(fake.status().clients['billing']).toMatchObject({ token: 'valid', tokens: 1 });
  });

  it('E15 is asked once more for all addresses when an API refuses its token', async () => {
    let count = 0;
    const fake = fakeOutboundAuth(
      { billing: { token: () => `token-${(count += 1)}` } },
      {
        respond: ({ headers }) =>
          new Response(null, { status: headers['authorization'] === 'Bearer token-1' ? 401 : 200 }),
      },
    );
    await fake.client('billing').getAccessToken();
    for (const url of [invoices, 'https://another.example', invoices]) await fake.fetch(url);
    expect(fake.calls.map(({ status }) => status)).toEqual([401, 200, 200, 200]);
    expect(count).toBe(2);
  });

  it('fails calls by what it throws, at once', async () => {
    const error = new TokenRequestError('down', { code: 'token_endpoint_failed', retryAfter: 60 });
    const token = vi.fn(() => Promise.reject(error));
    const fake = fakeOutboundAuth({ billing: { token } });
    await expect(fake.fetch(invoices)).rejects.toMatchObject({ message: 'down', status: 503, retryAfter: 60 });
    await expect(fake.fetch(invoices)).rejects.toThrow('down');
    expect(token).toHaveBeenCalledTimes(2);
  });

  it('E39 makes tokens on behalf of users', async () => {
    const token = ({ subjectToken }: { subjectToken: string | undefined }): string => `for-${subjectToken}`;
    const fake = fakeOutboundAuth({ billing: { token, onBehalfOf: true } }, respond);
    await Promise.all(['ada', 'bob'].map((user) => fake.withSubjectToken(user, () => fake.fetch(invoices))));
    expect(fake.calls.map(({ headers }) => headers['authorization'])).toEqual(['Bearer for-ada', 'Bearer for-bob']);
    await expect(fake.fetch(invoices)).rejects.toMatchObject({ code: 'subject_token_missing' });
  });
});

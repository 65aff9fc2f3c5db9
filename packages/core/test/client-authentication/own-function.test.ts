import { exposedSecrets } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import type { ClientAuthentication } from '../../src/client-authentication/client-authentication.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { untyped } from '../options/problems.ts';
import { failureOf, secret, startAsking } from '../token-endpoint/asking.ts';

const byHeader: ClientAuthentication = async ({ clientId, body, headers, secret: read }) => {
  body.set('client_id', clientId);
  headers.set('x-client-secret', await read(async () => Promise.resolve('a-secret-of-the-user')));
};

describe('client authentication of the user’s own', () => {
  it('adds to body and headers, after the grant has', async () => {
    const { server, ask } = await startAsking(() => ({ authenticate: byHeader }));
    await ask({}, { fill: ({ body }) => body.set('client_id', 'of the grant') });
    const [request] = server.requests;
    expect(request?.body).toBe('grant_type=client_credentials&client_id=orders');
    expect(request?.headers).toMatchObject({ 'x-client-secret': 'a-secret-of-the-user' });
  });

  it('E25 has its secrets kept out of errors, the headers that it set too', async () => {
    const { server, ask } = await startAsking(() => ({
      authenticate: async (draft) => {
        await byHeader(draft);
        draft.headers.set('authorization', `Custom ${secret.length}-not-read-by-secret`);
      },
    }));
    const said = `a-secret-of-the-user and ${secret.length}-not-read-by-secret`;
    server.respondOnce({ status: 400, body: { error: 'invalid_request', error_description: said } });
    const error = await failureOf(ask());
    expect(error).toMatchObject({ server: { errorDescription: '[redacted] and [redacted]' } });
    expect(exposedSecrets(error, ['a-secret-of-the-user', `${secret.length}-not-read-by-secret`])).toEqual([]);
  });

  it('E27 is asked anew for each attempt, and so are its sources', async () => {
    let count = 0;
    const next = () => `secret-${(count += 1)}`;
    const { server, ask } = await startAsking(() => ({
      authenticate: async ({ body, secret: read }) => body.set('secret', await read(next)),
    }));
    server.respondOnce({ status: 401, body: { error: 'invalid_client' } });
    await ask();
    expect(server.requests.map(({ parameters }) => parameters.get('secret'))).toEqual(['secret-1', 'secret-2']);
  });

  it.each<[string, () => unknown, string]>([
    ['another one', () => clientSecretPost('a-secret'), 'a function'],
    ['a promise of another', async () => clientSecretPost('a-secret'), 'a function'],
    ['a secret', () => 'a-secret', 'a text'],
  ])('that gives %s has added nothing, and nothing is sent', async (_title, authenticate, what) => {
    const { server, ask } = await startAsking(() => ({ authenticate: untyped(authenticate) }));
    expect(await failureOf(ask())).toMatchObject({
      code: 'credential_unavailable',
      message: `client 'billing': its credentials could not be read: clientAuthentication gave ${what}; it must add to the draft that it is given, and give nothing`,
    });
    expect(server.requests).toEqual([]);
  });
});

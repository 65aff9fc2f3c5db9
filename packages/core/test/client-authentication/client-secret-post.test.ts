import { describe, expect, it } from 'vitest';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { OptionsError } from '../../src/errors.ts';
import { untyped } from '../options/problems.ts';
import { secret, startAsking } from '../token-endpoint/asking.ts';

describe('client id and secret', () => {
  it('E26 arrive in the body as they are, and in no header', async () => {
    const { server, ask } = await startAsking(() => ({
      clientId: 'a:b@c d+e%üñ',
      authenticate: clientSecretPost(() => Promise.resolve(secret)),
    }));
    await ask({ scope: 'read' });
    const [request] = server.requests;
    expect(Object.fromEntries(request?.parameters ?? [])).toEqual({
      grant_type: 'client_credentials',
      scope: 'read',
      client_id: 'a:b@c d+e%üñ',
      client_secret: secret,
    });
    expect(request?.headers).not.toHaveProperty('authorization');
  });

  it.each([undefined, null, '', 7, {}])('are checked when they are given, and %o is refused', (given) => {
    expect(() => clientSecretPost(untyped(given))).toThrow(OptionsError);
    expect(() => clientSecretPost(untyped(given))).toThrow('clientSecretPost(secret): must be a text');
  });
});

import { describe, expect, it } from 'vitest';
import { none } from '../../src/client-authentication/none.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { failureOf, startAsking } from '../token-endpoint/asking.ts';

const sentBy = async (authenticate: ReturnType<typeof none>) => {
  const { server, ask } = await startAsking(() => ({ authenticate }));
  await ask();
  expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  return server.requests[0]?.body;
};

describe('a client without authentication', () => {
  it('says who it is, and no more', async () => {
    expect(await sentBy(none())).toBe('grant_type=client_credentials&client_id=orders');
    expect(await sentBy(none({ sendClientId: true }))).toBe('grant_type=client_credentials&client_id=orders');
  });

  it('says nothing where the grant does', async () => {
    expect(await sentBy(none({ sendClientId: false }))).toBe('grant_type=client_credentials');
  });

  it('is checked when it is given', () => {
    expect(problemsOf(() => none(untyped({ sendClientId: 'no', sendClientID: false })))).toEqual([
      'none({ sendClientId }): must be true or false, not a text',
      'none({ sendClientID }): is no option; did you mean sendClientId?',
    ]);
    expect(problemsOf(() => none(untyped(null)))).toEqual(['none({ … }): must be an object, not null']);
  });

  it('is not what `none` itself is, without its brackets', async () => {
    const { server, ask } = await startAsking(() => ({ authenticate: untyped(none) }));
    const { message } = await failureOf(ask());
    expect(message).toContain('none({ body }): is no option');
    expect(server.requests).toHaveLength(0);
  });
});

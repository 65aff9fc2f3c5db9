import { manualClock } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { isOutboundAuthError, type OutboundAuthError } from '../../src/errors.ts';
import { LimitedEndpoint } from '../../src/token-endpoint/limited-endpoint.ts';
import type { TokenEndpoint } from '../../src/token-endpoint/token-endpoint.ts';
import type { TokenRequest } from '../../src/tokens/token-source.ts';
import { refused } from '../tokens/failures.ts';
import { requestOf, ScriptedSource, tokenOf } from '../tokens/scripted-source.ts';

function limited(maxTokenRequests = 50) {
  const clock = manualClock();
  const source = new ScriptedSource();
  const endpoint: TokenEndpoint = {
    client: 'billing',
    within: async (work) => work(),
    request: async (_type, request) => ({ accessToken: await source.getToken(request), refreshToken: undefined }),
  };
  const tokens = new LimitedEndpoint(endpoint, { clock, maxTokenRequests });
  const errors: OutboundAuthError[] = [];
  const got: string[] = [];
  const ask = async (key: string, more: Partial<TokenRequest> = {}): Promise<void> => {
    const request = { ...requestOf(key), deadline: clock.now() + 10_000, ...more };
    try {
      await tokens.request('client_credentials', request);
      got.push(key);
    } catch (error) {
      if (!isOutboundAuthError(error)) throw error;
      errors.push(error);
    }
  };
  const give = async (index: number): Promise<void> => {
    source.at(index).give(tokenOf('a token', clock.now(), 60_000));
    await clock.advance(0);
  };
  const asked = () => source.asked.map(({ request }) => request.key);
  return { clock, source, tokens, errors, got, ask, give, asked };
}

describe('row "too many at once"', () => {
  it('sends no more than 50 at a time, and tells those beyond', async () => {
    const { clock, source, tokens, errors, ask } = limited();
    for (let index = 0; index < 52; index += 1) void ask(`key ${index}`);
    await clock.advance(0);
    expect([source.asked.length, tokens.underWay]).toEqual([50, 50]);
    expect(errors).toMatchObject([
      { code: 'too_many_requests', status: 503, retryAfter: 1, client: 'billing' },
      { code: 'too_many_requests' },
    ]);
    expect(errors[0]?.message).toContain('50 token requests are under way already (maxTokenRequests)');
  });

  it('has room again for each that ends, however it ends', async () => {
    const { clock, source, tokens, ask, give, got } = limited(1);
    const first = ask('first');
    await give(0);
    await first;
    expect(tokens.underWay).toBe(0);
    const second = ask('second');
    source.at(1).fail(refused());
    await second;
    expect(tokens.underWay).toBe(0);
    void ask('third');
    await give(2);
    expect(got).toEqual(['first', 'third']);
    expect(clock.pending).toBe(0);
  });
});

describe('who has waited for the end of a hold', () => {
  it('waits for a place too, in the order of coming, and nobody passes them', async () => {
    const { clock, tokens, ask, give, asked, got, errors } = limited(1);
    void ask('first');
    for (const key of ['a', 'b']) void ask(key, { waited: true });
    expect(asked()).toEqual(['first']);
    await give(0);
    expect([asked(), tokens.underWay]).toEqual([['first', 'a'], 1]);
    await ask('late');
    expect(errors).toMatchObject([{ code: 'too_many_requests' }]);
    await give(1);
    await give(2);
    expect([got, tokens.underWay, clock.pending]).toEqual([['first', 'a', 'b'], 0, 0]);
  });

  it('but no longer than until its deadline, and then takes no place', async () => {
    const { clock, tokens, ask, give, asked, errors } = limited(1);
    void ask('first');
    void ask('a', { waited: true });
    await clock.advance(9_999);
    expect(errors).toEqual([]);
    await clock.advance(1);
    expect(errors).toMatchObject([{ code: 'too_many_requests' }]);
    await give(0);
    expect([asked(), tokens.underWay]).toEqual([['first'], 0]);
  });
});

import { describe, expect, it } from 'vitest';
import { Outages } from '../../kit/outages.mjs';
import { Pace } from '../../kit/pace.mjs';
import { withParts } from '../../kit/parts.mjs';
import { sum, total } from '../../kit/sum.mjs';
import { Tokens } from '../../kit/tokens.mjs';

describe('a run’s parts', () => {
  it('call through the product, and count on both sides', async () => {
    await withParts(async ({ servers, fleet }) => {
      const server = await servers({ secret: 'a secret of the soak' });
      const callers = await fleet(2, await server.ask('addresses'));
      await callers.all('burst', 5);
      expect(await callers.report()).toMatchObject({ calls: 10, ok: 10, waited: 10, failed: {}, answers: {} });
      const { tokenRequests, api } = await server.ask('report');
      expect(api).toEqual({ good: 10 });
      expect(tokenRequests.map(({ outcome }) => outcome)).toEqual(['token', 'token']);
      await callers.all('reset');
      expect(await server.ask('revoke')).toBe(2);
      await callers.all('calls', 100, 0.1);
      expect(await callers.report()).toMatchObject({ calls: 20, ok: 20, events: { 'token.rejected': 2 } });
      expect(await callers.heap()).toBeGreaterThan(0);
    });
  });

  it('say what a client’s error was, and what an API answers', async () => {
    await withParts(async ({ servers, fleet }) => {
      const [wrong, refusing] = await Promise.all([servers({ secret: 'another' }), servers({ refuses: true })]);
      const refused = await fleet(1, await wrong.ask('addresses'));
      await refused.all('burst', 3);
      expect(await refused.report()).toMatchObject({ calls: 3, ok: 0, failed: { token_request_refused: 3 } });
      const callers = await fleet(1, await refusing.ask('addresses'));
      await callers.all('burst', 1);
      expect(await callers.report()).toMatchObject({ ok: 0, answers: { 401: 1 } });
    });
  });

  it('end when the run fails, and whoever still waits for one is told', async () => {
    let waiting;
    const run = withParts(async ({ servers }) => {
      const server = await servers({});
      waiting = expect(server.ask('arrived', 1)).rejects.toThrow('a process has ended by SIGKILL');
      throw new Error('the run fails');
    });
    await expect(run).rejects.toThrow('the run fails');
    await waiting;
  });

  it('hand on what goes wrong in a process', async () => {
    await withParts(async ({ fleet }) => {
      await expect(fleet(2, { tokenEndpoint: 'nowhere', api: 'http://127.0.0.1/' })).rejects.toThrow('tokenEndpoint');
    });
  });
});

describe('a pace', () => {
  it('makes as many calls as it says, and waits for the last', async () => {
    let [begun, done] = [0, 0];
    await new Pace().run(1_000, 0.1, async () => {
      begun += 1;
      await new Promise((resolve) => setImmediate(resolve));
      done += 1;
    });
    expect({ begun, done }).toEqual({ begun: 100, done: 100 });
  });

  it('ends early when it is told to', async () => {
    const pace = new Pace();
    let begun = 0;
    await pace.run(1_000, 3_600, async () => {
      begun += 1;
      void pace.stop();
    });
    expect(begun).toBeGreaterThan(0);
  });
});

describe('the servers’ parts', () => {
  it('an outage is the last part of each period, one kind after the other', () => {
    const outages = new Outages({ every: 6_000, lasts: 2_000, kinds: ['503', 'reset', 'hang'] });
    const faults = [0, 3_999, 4_000, 5_999, 6_000, 10_000, 16_000, 22_000].map((at) => outages.fault(1_000 + at));
    expect(faults).toEqual([undefined, undefined, '503', '503', undefined, 'reset', 'hang', '503']);
    expect(new Outages(undefined).fault(0)).toBeUndefined();
  });

  it('a token is good until it is over, or revoked', () => {
    const tokens = new Tokens(3_600_000);
    const { access_token: value, expires_in: lifetime } = tokens.issue();
    expect(lifetime).toBe(3_600);
    expect(tokens.stateOf(`Bearer ${value}`)).toBe('good');
    expect([tokens.revoke(), tokens.revoke()]).toEqual([1, 0]);
    expect([`Bearer ${value}`, 'Bearer other', ''].map((text) => tokens.stateOf(text))).toEqual([
      'revoked',
      'unknown',
      'missing',
    ]);
    const short = new Tokens(0);
    expect(short.stateOf(`Bearer ${short.issue().access_token}`)).toBe('expired');
  });
});

describe('reports', () => {
  it('are added up member by member', () => {
    const reports = [
      { ok: 1, failed: { a: 1 }, notes: [1] },
      { ok: 2, failed: { a: 2, b: 3 }, notes: [2] },
    ];
    expect(sum(reports)).toEqual({ ok: 3, failed: { a: 3, b: 3 }, notes: [1, 2] });
    expect([total({ a: 3, b: 4 }), total(undefined)]).toEqual([7, 0]);
  });
});

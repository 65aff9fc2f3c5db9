import { describe, expect, it } from 'vitest';
import { adapterContract } from '../../src/index.ts';
import { fetchHarness, type Send } from './fetch-harness.ts';

adapterContract(
  { describe, it },
  fetchHarness('auth.fetch', (auth, url, init, outboundAuth) => auth.fetch(url, { ...init, outboundAuth })),
);

const attachesNothing: Send = (_auth, url, init) => fetch(url, init);

const attachesEverywhere: Send = async (auth, url, init) => {
  const token = await auth.client('reader').getAccessToken();
  const headers = new Headers(init.headers);
  headers.set('authorization', token.authorization);
  headers.set('x-api-key', 'leaked');
  return fetch(url, { ...init, headers });
};

const triesAgain: Send = async (auth, url, init, outboundAuth) => {
  let response = await auth.fetch(url, { ...init, outboundAuth });
  for (let tries = 0; response.status >= 400 && tries < 2; tries += 1) {
    response = await auth.fetch(url, { ...init, outboundAuth });
  }
  return response;
};

const altersCalls: Send = (auth, url, _init, outboundAuth) => auth.fetch(url, { outboundAuth });

const mixesUsers: Send = (auth, url, init, outboundAuth) =>
  auth.withSubjectToken('the-token-of-whoever-came-first', () => auth.fetch(url, { ...init, outboundAuth }));

const provesOnce: Send = async (auth, url, init, outboundAuth) => {
  if (!auth.client('proving').covers(url)) return auth.fetch(url, { ...init, outboundAuth });
  const token = await auth.client('proving').getAccessToken();
  const proof = await token.proof(init.method ?? 'GET', url);
  return fetch(url, { ...init, headers: { authorization: token.authorization, dpop: proof ?? '' } });
};

/** Runs the contract by hand; returns the titles of the tests, and of those that fail. */
async function run(send: Send): Promise<{ readonly titles: string[]; readonly broken: string[] }> {
  const tests = new Map<string, () => Promise<void>>();
  adapterContract(
    {
      describe: (_title, body) => body(),
      it: (title, body) => tests.set(title, body),
    },
    fetchHarness('a broken adapter', send),
  );
  const broken: string[] = [];
  for (const [title, body] of tests) await body().catch(() => broken.push(title));
  return { titles: [...tests.keys()], broken };
}

const numbers = (titles: string[]): string[] => [...new Set(titles.flatMap((title) => /^E\d+/.exec(title) ?? []))];

describe('the adapter contract', () => {
  it.each([
    ['attaches nothing', attachesNothing, ['E11', 'E14', 'E16', 'E17', 'E18', 'E22', 'E10', 'E39', 'E45', 'E25']],
    [
      'attaches the token everywhere',
      attachesEverywhere,
      ['E23', 'E14', 'E16', 'E18', 'E21', 'E52', 'E22', 'E10', 'E39', 'E45', 'E25'],
    ],
    ['tries again by itself', triesAgain, ['E16', 'E17', 'E18', 'E22', 'E45']],
    ['loses the body and headers of calls', altersCalls, ['E23', 'E14', 'E18', 'E22']],
    ['mixes users', mixesUsers, ['E10', 'E39']],
    ['proves a call once', provesOnce, ['E45', 'E22']],
  ])('is broken by an adapter that %s', async (_what, send, expected) => {
    expect(numbers((await run(send)).broken)).toEqual(expected);
  });

  it('has no test that all of these pass', async () => {
    const runs = [];
    for (const send of [attachesNothing, attachesEverywhere, triesAgain, altersCalls]) runs.push(await run(send));
    const broken = new Set(runs.flatMap((result) => result.broken));
    expect(runs[0]?.titles.filter((title) => !broken.has(title))).toEqual([]);
  });
});

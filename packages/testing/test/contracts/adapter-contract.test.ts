import { describe, expect, it } from 'vitest';
import { adapterContract } from '../../src/index.ts';
import { fetchHarness, type Send } from './fetch-harness.ts';
import { otherCore } from './other-core.ts';

adapterContract(
  { describe, it },
  {
    ...fetchHarness('auth.fetch', (auth, url, init, outboundAuth) => auth.fetch(url, { ...init, outboundAuth })),
    otherCore,
  },
);

const earliestFetch = globalThis.fetch;

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

const tellsAll: Send = async (auth, url, init, outboundAuth) => {
  try {
    return await auth.fetch(url, { ...init, outboundAuth });
  } catch (error) {
    const sent = await auth.client('reader').getAccessToken();
    throw Object.assign(new Error('failed', { cause: error }), { sent: sent.authorization });
  }
};

const keepsFetch: Send = async (auth, url, init, outboundAuth) => {
  const own = globalThis.fetch;
  globalThis.fetch = earliestFetch;
  try {
    return await auth.fetch(url, { ...init, outboundAuth });
  } finally {
    globalThis.fetch = own;
  }
};

interface Run {
  readonly titles: string[];
  readonly broken: string[];
}

/** Runs these tests of the contract by hand; returns their titles, and those of the ones that fail. */
async function run(send: Send, which = /./): Promise<Run> {
  const tests = new Map<string, () => Promise<void>>();
  adapterContract(
    {
      describe: (_title, body) => body(),
      it: (title, body) => which.test(title) && tests.set(title, body),
    },
    fetchHarness('a broken adapter', send),
  );
  const broken: string[] = [];
  for (const [title, body] of tests) await body().catch(() => broken.push(title));
  return { titles: [...tests.keys()], broken };
}

const numbers = (titles: string[]): string[] => [...new Set(titles.flatMap((title) => /^E\d+/.exec(title) ?? []))];

describe('the adapter contract', () => {
  const titles = new Set<string>();
  const broken = new Set<string>();

  it.each<[what: string, send: Send, expected: string[], which?: RegExp]>([
    [
      'attaches nothing',
      attachesNothing,
      ['E23', 'E11', 'E14', 'E16', 'E17', 'E18', 'E19', 'E22', 'E24', 'E10', 'E39', 'E45', 'E25', 'E38'],
    ],
    [
      'attaches the token everywhere',
      attachesEverywhere,
      ['E23', 'E14', 'E16', 'E18', 'E19', 'E21', 'E52', 'E22', 'E24', 'E10', 'E39', 'E45', 'E25'],
    ],
    ['tries again by itself', triesAgain, ['E16', 'E17', 'E18', 'E22', 'E24', 'E45']],
    ['loses the body and headers of calls', altersCalls, ['E23', 'E14', 'E18', 'E22']],
    ['mixes users', mixesUsers, ['E10', 'E39', 'E25'], /E10|E25|E39|user/],
    ['proves a call once', provesOnce, ['E45', 'E22'], /E22|E45|proves/],
    ['tells in errors what it sent', tellsAll, ['E23', 'E25'], /E23|E25|fails/],
    ['keeps the fetch of its beginning', keepsFetch, ['E38'], /E38/],
  ])('is broken by an adapter that %s', async (_what, send, expected, which) => {
    const ran = await run(send, which);
    for (const title of ran.titles) titles.add(title);
    for (const title of ran.broken) broken.add(title);
    expect(numbers(ran.broken)).toEqual(expected);
  });

  it('has no test that all of these pass', () => {
    expect([...titles].filter((title) => !broken.has(title))).toEqual([]);
  });
});

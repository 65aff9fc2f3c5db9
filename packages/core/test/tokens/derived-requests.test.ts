import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DerivedRequests } from '../../src/tokens/derived-requests.ts';
import type { TokenRequest } from '../../src/tokens/token-source.ts';

const requestOf = (key: string): TokenRequest => ({
  key,
  own: false,
  scope: undefined,
  audience: [],
  resource: [],
  parameters: [],
  subject: {},
  reason: 'absent',
});

describe('row "key": derived requests', () => {
  it('E08 E09 are found again by the same parameters only', () => {
    const text = fc.oneof(fc.constantFrom('a', 'b', '1', '["a"]', 'a:1:b', '1:a:1:b'), fc.string({ maxLength: 3 }));
    const value = fc.oneof(text, fc.array(text, { maxLength: 2 }), fc.constant(undefined));
    const parameters = fc.dictionary(fc.oneof(fc.constantFrom('scope', 'audience', 'a:1:b:1'), text), value, {
      maxKeys: 3,
    });
    const meaning = (given: object) =>
      JSON.stringify(Object.entries(given).filter(([, member]) => member !== undefined));
    fc.assert(
      fc.property(fc.array(parameters, { maxLength: 20 }), (sets) => {
        const requests = new DerivedRequests(100);
        const derived = new Map<string, TokenRequest>();
        for (const given of sets) {
          expect(requests.get(given)).toBe(derived.get(meaning(given)));
          const request = requestOf(meaning(given));
          requests.set(given, request);
          derived.set(meaning(given), request);
        }
        for (const given of sets) expect(requests.get({ ...given })).toBe(derived.get(meaning(given)));
      }),
    );
  });

  it('E08 are those of what an object says now, not of what it said before', () => {
    const requests = new DerivedRequests(100);
    for (const before of [{ scope: 'read' }, { scope: 'read', audience: 'a' }, { scope: ['read'] }]) {
      const parameters: { scope: string | string[] } = before;
      requests.set(parameters, requestOf('read'));
      parameters.scope = 'write';
      expect(requests.get(parameters)).toBeUndefined();
    }
  });

  it('are without parameters the plain one, which a list never is', () => {
    const requests = new DerivedRequests(100);
    const plain = requestOf('plain');
    requests.plain = plain;
    expect([{}, { scope: undefined }].map((given) => requests.get(given))).toEqual([plain, plain]);
    expect([[], new Map(), new Set()].map((given) => requests.get(given))).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['one text', (index: number) => ({ scope: `scope ${index}` })],
    ['several', (index: number) => ({ scope: `scope ${index}`, audience: 'a' })],
  ])('are forgotten, the oldest first, beyond so many sets of %s', (_, parametersOf) => {
    const requests = new DerivedRequests(3);
    for (let index = 0; index < 5; index += 1) requests.set(parametersOf(index), requestOf(String(index)));
    expect([0, 1, 2, 3, 4].map((index) => requests.get(parametersOf(index))?.key)).toEqual([
      undefined,
      undefined,
      '2',
      '3',
      '4',
    ]);
  });
});

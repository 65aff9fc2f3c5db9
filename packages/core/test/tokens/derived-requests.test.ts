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
    ['lists', (index: number) => ({ scope: 'read', audience: [`audience ${index}`] })],
  ])('are remembered up to a number, those longest that are used, by sets of %s', (_, parametersOf) => {
    const requests = new DerivedRequests(3);
    const used = requestOf('used');
    requests.set(parametersOf(0), used);
    for (let index = 1; index < 100; index += 1) {
      requests.set(parametersOf(index), requestOf(String(index)));
      expect(requests.get(parametersOf(0))).toBe(used);
    }
    const rest = Array.from({ length: 99 }, (_unused, index) => requests.get(parametersOf(index + 1))?.key);
    expect(rest.filter((key) => key !== undefined).length).toBeLessThan(6);
    expect(rest.slice(-2)).toEqual(['98', '99']);
  });

  it('keep the plain one, however many others there are', () => {
    const requests = new DerivedRequests(3);
    requests.set({}, requestOf('plain'));
    for (let index = 0; index < 20; index += 1) requests.set({ scope: `scope ${index}` }, requestOf(String(index)));
    expect(requests.get({})?.key).toBe('plain');
  });
});

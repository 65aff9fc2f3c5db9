import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../src/nearest.ts';

const options = ['clientId', 'clientSecret', 'clientAuthentication', 'tokenEndpoint', 'attachTo', 'scope', 'issuer'];

describe('the nearest name', () => {
  it.each([
    ['clientID', 'clientId'],
    ['client_secret', 'clientSecret'],
    ['CLIENTSECRET', 'clientSecret'],
    ['clientAuth', undefined],
    ['tokenEndpiont', 'tokenEndpoint'],
    ['token_end_point', 'tokenEndpoint'],
    ['attachto', 'attachTo'],
    ['scopes', 'scope'],
    ['url', undefined],
    ['', undefined],
  ])('to %o is %o', (name, meant) => {
    expect(nearest(name, options)).toBe(meant);
  });

  it('is the one with the fewest changes, the first of equals', () => {
    expect(nearest('abcd', ['abxy', 'abcx', 'abcy'])).toBe('abcx');
  });

  it('is at most two changes away, of a long name a third of its letters', () => {
    expect(nearest('scoxy', ['scope'])).toBe('scope');
    expect(nearest('scoxyz', ['scope'])).toBeUndefined();
    expect(nearest('abcdefxyz', ['abcdef'])).toBe('abcdef');
    expect(nearest('abcdefwxyz', ['abcdef'])).toBeUndefined();
    expect(nearest('xyzabcdef', ['abcdef'])).toBe('abcdef');
    expect(nearest('wxyzabcdef', ['abcdef'])).toBeUndefined();
    expect(nearest('abc', ['abcde', 'abcdef'])).toBe('abcde');
    expect(nearest('abc', ['abcdef'])).toBeUndefined();
    expect(nearest('abc', ['xxabc'])).toBe('xxabc');
    expect(nearest('abc', ['xxxabc'])).toBeUndefined();
  });

  it('has something in common with what was written', () => {
    expect(nearest('c', ['a', 'b'])).toBeUndefined();
    expect(nearest('xy', ['ab'])).toBeUndefined();
    expect(nearest('', ['a'])).toBeUndefined();
    expect(nearest('ax', ['ab'])).toBe('ab');
  });

  it('is none where there are no candidates', () => {
    expect(nearest('scope', [])).toBeUndefined();
  });

  it('is found for every slip of one letter', () => {
    const slip = fc.record({
      name: fc.constantFrom(...options),
      at: fc.nat(),
      letter: fc.constantFrom('', 'x', 'xx'),
      drop: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(slip, ({ name, at, letter, drop }) => {
        const index = at % name.length;
        const written = name.slice(0, index) + letter + name.slice(index + drop);
        expect(nearest(written, options)).toBe(name);
      }),
    );
  });
});

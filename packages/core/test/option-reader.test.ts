import { describe, expect, it } from 'vitest';
import { optionsOf } from '../src/option-reader.ts';
import { problemsOf } from './problems-of.ts';

const read = (given: unknown) =>
  optionsOf('sign(key, { … })', given, (reader) => ({
    keyId: reader.text('keyId'),
    embed: reader.flag('embed', true),
    claims: reader.child('claims')?.text('scope'),
  }));

describe('the options of a call', () => {
  it('are read, and have their defaults', () => {
    expect(read({ keyId: 'a', embed: false, claims: { scope: 'b' } })).toEqual({
      keyId: 'a',
      embed: false,
      claims: 'b',
    });
    expect(read({})).toEqual({ keyId: undefined, embed: true, claims: undefined });
  });

  it('are refused all at once, each as a user writes it', () => {
    expect(problemsOf(() => read({ keyId: 7, embed: 'yes', claims: { scope: '' }, keyID: 'a', '$&': '' }))).toEqual([
      'sign(key, { keyId }): must be a text that is not empty, not a number',
      'sign(key, { embed }): must be true or false, not a text',
      'sign(key, { claims.scope }): must be a text that is not empty, not an empty text',
      'sign(key, { keyID }): is no option; did you mean keyId?',
      'sign(key, { $& }): is no option',
    ]);
  });

  it.each([
    [null, 'null'],
    ['keyId', 'a text'],
    [['keyId'], 'a list'],
    [new Map([['keyId', 'a']]), 'a Map or Set'],
  ])('are no %o', (given, kind) => {
    expect(problemsOf(() => read(given))).toEqual([`sign(key, { … }): must be an object, not ${kind}`]);
  });
});

import { manualClock } from '@outbound-auth/testing';
import { expect, it } from 'vitest';
import { Refusals } from '../../src/tokens/refusals.ts';
import { tokenOf } from './scripted-source.ts';

const hour = 3_600_000;

function refusals() {
  const clock = manualClock();
  const token = (value: string, lifetime = hour) => tokenOf(value, clock.now(), lifetime);
  return { clock, refused: new Refusals(clock, 100), token };
}

it('keeps what was refused beyond the next token, each until its own end', async () => {
  const { clock, refused, token } = refusals();
  refused.add('k', token('first', 1_000));
  refused.got('k', token('second'));
  refused.add('k', token('second'));
  expect(refused.values('k')).toEqual(['first', 'second']);
  expect(refused.values('another')).toEqual([]);
  await clock.advance(1_000);
  expect(refused.values('k')).toEqual(['second']);
});

it('tells whether another was got since', () => {
  const { refused, token } = refusals();
  expect(refused.lately('k')).toBe(false);
  refused.add('k', token('first'));
  expect(refused.lately('k')).toBe(true);
  refused.got('k', token('second'));
  expect(refused.lately('k')).toBe(false);
});

it('forgets the refusal of one that its server gives once more', () => {
  const { refused, token } = refusals();
  refused.add('k', token('the same each time'));
  refused.got('k', token('the same each time'));
  expect(refused.values('k')).toEqual([]);
});

it('keeps the latest few, each once', () => {
  const { refused, token } = refusals();
  for (const value of ['a', 'b', 'c', 'd', 'b', 'e']) refused.add('k', token(value));
  expect(refused.values('k')).toEqual(['c', 'd', 'b', 'e']);
});

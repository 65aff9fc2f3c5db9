import { describe, expect, it } from 'vitest';
import { Turns } from '../../src/grants/turns.ts';
import { deferred } from '../token-endpoint/asking.ts';

describe('turns', () => {
  it('come one after the other for a key, in the order they were asked for', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const gates = [deferred<undefined>(), deferred<undefined>(), deferred<undefined>()];
    const works = gates.map(({ promise }, index) =>
      turns.take('a', async () => {
        seen.push(`begin ${index}`);
        await promise;
        seen.push(`end ${index}`);
        return index;
      }),
    );
    for (const { resolve } of gates.reverse()) resolve(undefined);
    expect(await Promise.all(works)).toEqual([0, 1, 2]);
    expect(seen).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('go on after one that failed, whose failure is its own', async () => {
    const turns = new Turns();
    const failing = turns.take('a', () => Promise.reject(new Error('mine')));
    const next = turns.take('a', async () => 'fine');
    await expect(failing).rejects.toThrow('mine');
    expect(await next).toBe('fine');
  });

  it('of different keys do not wait for each other', async () => {
    const turns = new Turns();
    const gate = deferred<string>();
    const held = turns.take('a', () => gate.promise);
    expect(await turns.take('b', async () => 'b')).toBe('b');
    gate.resolve('a');
    expect(await held).toBe('a');
  });
});

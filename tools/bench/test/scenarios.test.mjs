import { describe, expect, it } from 'vitest';
import { allContenders } from '../contenders.mjs';
import { scenarios } from '../scenarios.mjs';

const contenders = await allContenders();
const cases = (
  await Promise.all(
    Object.entries(scenarios).map(async ([scenario, { load }]) => {
      const loaded = (await load()).scenario;
      return loaded.cases.map((part) => ({ scenario, loaded, part, name: part.name }));
    }),
  )
).flat();

describe('the contenders', () => {
  it('are floors first and ours last', () => {
    const names = contenders.map(({ name }) => name);
    expect(names.slice(0, 3).toSorted()).toEqual(['hand-rolled', 'raw fetch', 'static header']);
    expect(names.at(-1)).toBe('Outbound Auth');
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(contenders)('$name: $file gives reasons only for what it has not, and for what is asked for', (contender) => {
    const asked = cases.map(({ part }) => part.needs);
    for (const need of Object.keys(contender.without ?? {})) {
      expect(contender[need], need).toBeUndefined();
      expect(asked).toContain(need);
    }
  });
});

describe.each(cases)('$scenario: $name', ({ part, loaded }) => {
  it('has ours, and a floor that is measured in the same run', () => {
    const able = contenders.filter((contender) => contender[part.needs] !== undefined);
    expect(able.map(({ name }) => name)).toContain('Outbound Auth');
    const metrics = part.metrics ?? loaded.metrics;
    if (metrics.every(({ ratio }) => ratio === undefined)) return;
    const { part: other = part.name, contender = 'hand-rolled' } = part.floor ?? {};
    const { needs, leavesOut = {} } = loaded.cases.find(({ name }) => name === other);
    expect(contenders.find(({ name }) => name === contender)[needs]).toBeTypeOf('function');
    expect(Object.keys(leavesOut)).not.toContain(contender);
  });

  it('leaves out nobody who is not there, says how it is measured and what is to hold', () => {
    const names = contenders.map(({ name }) => name);
    for (const name of Object.keys(part.leavesOut ?? {})) expect(names).toContain(name);
    expect([part.toHold, loaded.explains].every((text) => text.length > 0)).toBe(true);
  });
});

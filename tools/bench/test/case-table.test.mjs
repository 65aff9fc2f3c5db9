import { describe, expect, it } from 'vitest';
import { caseTable } from '../measuring/case-table.mjs';

const metrics = [
  { key: 'ns', head: 'ns a call', ratio: 'ns' },
  { key: 'requests', head: 'requests' },
];
const part = { name: 'a case', needs: 'tokens', toHold: 'little' };
const floor = rowOf({ name: 'hand-rolled' }, [100, 200, 100]);
const ours = rowOf({ name: 'Outbound Auth', isOurs: true }, [150, 400, 120]);

function rowOf(contender, times, of = part) {
  return { part: of, contender, results: times.map((ns) => ({ ns, requests: 1 })) };
}

function linesOf(rows, of = part) {
  const lines = caseTable({ part: of, rows, metrics }).split('\n');
  return lines.map((line) => line.trim().split(/ {2,}/));
}

describe('the table of a case', () => {
  it('has medians with their ranges, ratios of each round, and what is to hold beside ours', () => {
    const [head, , ...lines] = linesOf([floor, ours]);
    expect(head).toEqual(['a case', 'ns a call', 'ns ÷ hand-rolled', 'requests', 'to hold']);
    expect(lines).toEqual([
      ['hand-rolled', '100 (100–200)', '1.00 (1.00–1.00)', '1'],
      ['Outbound Auth', '150 (120–400)', '1.50 (1.35–1.75)', '1', 'little'],
    ]);
  });

  it('has a dash and the reason for whom it is nothing', () => {
    const lines = linesOf([floor, { part, contender: { name: 'peer' }, reason: 'it has no such thing' }]);
    expect(lines.slice(-2)).toEqual([['peer', '—', '—', '—'], ['peer: it has no such thing']]);
  });

  it('shows what failed, and no ratio to a floor that failed', () => {
    const failed = { part, contender: { name: 'hand-rolled' }, results: [{ error: 'no luck' }] };
    expect(linesOf([failed, ours]).slice(2)).toEqual([
      ['hand-rolled', 'failed', 'failed', 'failed'],
      ['Outbound Auth', '150 (120–400)', '—', '1', 'little'],
      ['hand-rolled: no luck'],
    ]);
  });

  it('takes the floor from another case of the same rounds', () => {
    const second = { name: 'another', floor: { part: 'a case', contender: 'Outbound Auth', as: 'ours, plain' } };
    const [head, , line] = linesOf([ours, rowOf({ name: 'Outbound Auth' }, [300, 800, 240], second)], second);
    expect([head[2], line[2]]).toEqual(['ns ÷ ours, plain', '2.00 (2.00–2.00)']);
  });
});

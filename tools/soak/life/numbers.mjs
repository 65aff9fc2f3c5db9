import { table } from '../../playground/table.mjs';

export const exactly = (what, found, wanted) => ({ what, found, toHold: `${wanted}`, met: found === wanted });

export const atMost = (what, found, most) => ({ what, found, toHold: `≤ ${most}`, met: found <= most });

/** Said beside the others; nothing is promised about it. */
export const told = (what, found) => ({ what, found, toHold: '', met: true });

/** What calls failed with, if any did: said beside how many, for whoever has to find out why. */
export function failures({ failed, answers }) {
  const all = Object.entries({ ...failed, ...answers });
  return all.length === 0 ? [] : [told('with', all.map(([what, count]) => `${what} ${count}`).join(', '))];
}

/** What a run gives: its numbers beside what they must be, and whether they are. */
export function outcome(title, numbers, more = []) {
  const rows = numbers.map(({ what, found, toHold, met }) => ({
    [title]: what,
    found: typeof found === 'number' ? found.toLocaleString('en') : found,
    'to hold': toHold,
    '': met ? '' : 'MISSED',
  }));
  return { lines: [table(rows), ...more], met: numbers.every(({ met }) => met) };
}

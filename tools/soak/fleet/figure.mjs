import { curve, document, line, text } from './svg.mjs';

const width = 400;
const height = 170;
const left = 66;
const top = 84;
const across = width + 34;
const down = height + 92;
const styles = ['bare', 'spread'];

/**
 * Draws token requests over the hours: a row for each fleet, in it panels of one scale, in them a curve for each label.
 * The scale is logarithmic, with a nought below the 1.
 *
 * @param rows `{ title, panels: [{ title, curves: number[][] }] }`
 */
export function drawFigure({ title, labels, rows, hours }) {
  return document({
    width: left + across * Math.max(...rows.map(({ panels }) => panels.length)),
    height: top + down * rows.length - 24,
    title,
    parts: [
      ...labels.flatMap(legend),
      ...rows.flatMap((row, index) => drawRow(row, { top: top + index * down, hours })),
    ],
  });
}

function legend(label, index) {
  const [x, y] = [left + index * 180, 24];
  return [line([x, y - 4], [x + 24, y - 4], styles[index]), text([x + 32, y], label)];
}

function drawRow({ title, panels }, { top, hours }) {
  const most = Math.log10(Math.max(...panels.flatMap(({ curves }) => curves.flat())));
  const powers = Array.from({ length: Math.floor(most) + 1 }, (_, power) => 10 ** power);
  const scale = {
    counts: [0, ...powers],
    // Each power of ten takes the same height, and so does the way from 0 to 1.
    yOf: (count) => top + height * (1 - (count === 0 ? 0 : (1 + Math.log10(count)) / (1.1 + most))),
  };
  return [
    text([left, top - 26], title, 'title'),
    ...scale.counts.map((count) => text([left - 8, scale.yOf(count) + 4], count.toLocaleString('en'), 'end')),
    text([16, top + height / 2], 'token requests/s', 'middle', -90),
    ...panels.flatMap((panel, index) => drawPanel(panel, { corner: [left + index * across, top], scale, hours })),
  ];
}

function drawPanel({ title, curves }, { corner: [left, top], scale: { counts, yOf }, hours }) {
  const ticks = Array.from({ length: Math.floor(hours / 6) + 1 }, (_, index) => index * 6);
  return [
    text([left, top - 8], title),
    ...counts.map((count) => line([left, yOf(count)], [left + width, yOf(count)], 'grid')),
    ...ticks.map((hour) => text([left + (width * hour) / hours, top + height + 18], `${hour}`, 'middle')),
    text([left + width / 2, top + height + 36], 'hours since the deploy', 'middle'),
    ...curves.map((points, index) => curve([left, width / points.length], points.map(yOf), styles[index])),
  ];
}

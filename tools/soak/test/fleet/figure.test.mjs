import { describe, expect, it } from 'vitest';
import { drawFigure } from '../../fleet/figure.mjs';

const curve = (most) => Array.from({ length: 400 }, (_, index) => (index % 20 === 0 ? most : 0));
const svg = drawFigure({
  title: 'A fleet',
  labels: ['one', 'other'],
  rows: [
    {
      title: 'Few',
      panels: [
        { title: 'left', curves: [curve(150), curve(0)] },
        { title: 'right', curves: [curve(1)] },
      ],
    },
  ],
  hours: 24,
});
const curves = [...svg.matchAll(/<path class="(bare|spread)" d="M([^"]*)"/g)].map(([, name, way]) => ({
  name,
  points: way.split('L').map((point) => point.split(' ').map(Number)),
}));

describe('the figure', () => {
  it('names its curves and its axes', () => {
    for (const text of ['Few', 'left', 'right', 'one', 'other', 'token requests/s', 'hours since the deploy']) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect([...svg.matchAll(/class="end">([\d,]+)</g)].map(([, count]) => count)).toEqual(['0', '1', '10', '100']);
  });

  it('draws what it was given, on one scale for all panels of a row', () => {
    // The first two are the legend's.
    const [high, none, low] = curves.slice(2).map(({ points }) => Math.min(...points.map(([, y]) => y)));
    const grid = [...svg.matchAll(/class="grid" d="M[\d.]+ ([\d.]+)L/g)].map(([, y]) => Number(y)).slice(0, 4);
    expect(grid).toEqual([...new Set(grid)].sort((a, b) => b - a));
    expect(none).toBe(grid[0]);
    expect(low).toBe(grid[1]);
    expect(high).toBeLessThan(grid[3]);
  });

  it('has colours for light and for dark pages', () => {
    expect(svg).toMatch(/@media \(prefers-color-scheme: dark\)/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

const style = `
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .middle { text-anchor: middle }
  .end { text-anchor: end }
  .page { fill: #fff }
  path { fill: none; stroke-width: 1.2 }
  .grid { stroke: #d8dee4 }
  .bare { stroke: #d97706 }
  .spread { stroke: #2563eb }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .page { fill: #0d1117 }
    .grid { stroke: #30363d }
    .bare { stroke: #fbbf24 }
    .spread { stroke: #60a5fa }
  }
`;

/** An SVG document on a ground of its own, for pages don't say theirs to a picture. */
export function document({ width, height, title, parts }) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${title}</title>
<style>${style}</style>
<rect class="page" width="100%" height="100%"/>
${parts.join('\n')}
</svg>
`;
}

export function text([x, y], content, name = '', turn = 0) {
  const turned = turn === 0 ? '' : ` transform="rotate(${turn} ${round(x)} ${round(y)})"`;
  return `<text x="${round(x)}" y="${round(y)}"${className(name)}${turned}>${content}</text>`;
}

export function line([x1, y1], [x2, y2], name) {
  return path(`M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`, name);
}

/** A line through heights, each `step` beside the one before. What stays at a height is drawn in one go. */
export function curve([left, step], heights, name) {
  const corners = heights.map((y, index) => [left + (index + 0.5) * step, round(y)]);
  const turning = corners.filter(([, y], index) => y !== corners[index - 1]?.[1] || y !== corners[index + 1]?.[1]);
  return path(`M${turning.map(([x, y]) => `${round(x)} ${y}`).join('L')}`, name);
}

function path(way, name) {
  return `<path${className(name)} d="${way}"/>`;
}

function className(name) {
  return name === '' ? '' : ` class="${name}"`;
}

function round(number) {
  return Number(number.toFixed(1));
}

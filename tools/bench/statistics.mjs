/** The value at this share of the sorted values, by proportion between two of them. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place % 1);
}

export function median(values) {
  return quantile(values, 0.5);
}

/** What was measured in the same rounds, value by value: the median of the ratios, and their quartiles. */
export function pairedRatio(values, floor) {
  const ratios = values.map((value, round) => value / floor[round]);
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/** For example `1.25 (1.20–1.31)`. */
export function ratioText({ median: middle, low, high }) {
  return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

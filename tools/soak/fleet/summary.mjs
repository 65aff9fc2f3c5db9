const minute = 60;
const hour = 60 * minute;

/** What a variant comes to, as numbers and as a row of the table. */
export function summary(variant, { requests, reads, waits }, hours) {
  const start = requests.peak(0, 5 * minute);
  const firstWave = requests.peak(45 * minute, 75 * minute);
  const lastHour = requests.peak((hours - 1) * hour, hours * hour);
  const { total, mean } = requests;
  return {
    variant,
    requests,
    numbers: { start, firstWave, lastHour, total, waits },
    row: {
      'token requests/s': variant.says,
      start: text(start),
      '1st wave': text(firstWave),
      'last hour': text(lastHour),
      mean: mean < 1 ? mean.toPrecision(1) : mean.toFixed(1),
      'last ÷ mean': text(Math.round(lastHour / mean)),
      total: text(total),
      waited: text(waits),
      'store reads': variant.hasStore ? text(reads.peak(0, hours * hour)) : '',
    },
  };
}

function text(number) {
  return number.toLocaleString('en');
}

const shown = 8;

/** When requests were made, as text: seconds since the first, and how many there were then. */
export function momentsOf(requests) {
  const times = new Map();
  for (const { at } of requests) {
    const moment = ((at - requests[0].at) / 1_000).toFixed(1);
    times.set(moment, (times.get(moment) ?? 0) + 1);
  }
  const texts = Array.from(times, ([moment, count]) => (count === 1 ? moment : `${moment} (${count})`));
  return [...texts.slice(0, shown), ...(texts.length > shown ? ['…'] : [])].join(', ');
}

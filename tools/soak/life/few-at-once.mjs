/** `fetch`, with so many GETs under way at the most: so that it keeps no more connections, and the heap can be compared. */
export function fewAtOnce(most) {
  const waiting = [];
  let underWay = 0;
  return async (input, init) => {
    if (init.method === 'POST') return fetch(input, init);
    if (underWay === most) await new Promise((resolve) => waiting.push(resolve));
    else underWay += 1;
    try {
      return await fetch(input, init);
    } finally {
      // The next one takes the place over.
      const next = waiting.shift();
      if (next === undefined) underWay -= 1;
      else next();
    }
  };
}

/** Where chance comes from: a number from 0 (included) to 1 (excluded), as `Math.random` gives it. */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();

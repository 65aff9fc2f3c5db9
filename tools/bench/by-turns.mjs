/**
 * Measures every subject once in each round, so that what slows the machine down slows all alike: a list of results for
 * each subject. Each round begins with another one, and a first round that warms the disk's cache is not counted, nor
 * made where `warmUp` is false.
 */
export async function byTurns(subjects, rounds, measure, { warmUp = true } = {}) {
  const results = subjects.map(() => []);
  for (let round = warmUp ? 0 : 1; round <= rounds; round += 1) {
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const index = (round + turn) % subjects.length;
      const result = await measure(subjects[index]);
      if (round > 0) results[index].push(result);
    }
  }
  return results;
}

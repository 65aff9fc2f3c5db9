import { told } from './numbers.mjs';

// In ms. Less than a token's renewal has time for, in any run.
const longest = 150;

/** The longest time that one of these processes could not run, in ms. */
export async function longestStall(...groups) {
  const members = groups.flatMap((group) => group.members ?? [group]);
  return Math.max(...(await Promise.all(members.map((worker) => worker.ask('stall')))));
}

export const stallNumber = (stall) => told('longest time that a process could not run, ms', stall);

/**
 * Runs again what missed its numbers while a process stood still for so long that nobody could have met them: three
 * times at most.
 */
export async function undisturbed(run) {
  for (let attempt = 1; ; attempt += 1) {
    const { stall, ...result } = await run();
    if (result.met || stall <= longest || attempt === 3) return result;
  }
}

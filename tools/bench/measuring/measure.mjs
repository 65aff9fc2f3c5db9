import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { plainEnvironment } from '../fresh-process.mjs';

const child = fileURLToPath(new URL('./child.mjs', import.meta.url));
const timeLimit = 300_000;

/** Measures one contender once, in a fresh process: what the case's `measure` gave, or { error }. */
export async function measure({ scenario, part, contender, place }) {
  const task = JSON.stringify({ scenario, part, contender, place });
  const env = { ...process.env, ...plainEnvironment };
  try {
    const args = ['--expose-gc', '--max-old-space-size=6144', child, task];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: timeLimit });
    return JSON.parse(stdout);
  } catch (error) {
    return { error: (error.stderr || error.message).trim() };
  }
}

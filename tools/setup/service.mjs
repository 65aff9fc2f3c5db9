import { once } from 'node:events';

/**
 * Follows a child process that serves: what it has said, when it ends, and how it is told to.
 *
 * @param child with stdout and stderr as pipes
 */
export function service(child) {
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString();
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output: output() }));
  return {
    output,
    /** How it ended: `{ code, signal, output }`. */
    ended,
    /** Waits for a sign of it; throws what it said if it ends before. */
    until: (sign) =>
      Promise.race([sign, ended.then(() => Promise.reject(new Error(`It ended before it was ready:\n${output()}`)))]),
    /** Sends a signal and waits for the end. */
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** The variables of this process, but for what a test runner gives its workers: for a child that is none. */
export function plainEnvironment() {
  const isRunners = (name) => /VITEST|^(?:NODE_ENV|FORCE_COLOR)$/.test(name);
  return Object.fromEntries(
    Object.entries(process.env).map(([name, value]) => [name, isRunners(name) ? undefined : value]),
  );
}

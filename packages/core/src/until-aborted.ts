/** Those who wait until a signal aborts. */
interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

// One listener for all of a signal's callers: Node.js warns of more than ten.
const waitingFor = new WeakMap<AbortSignal, Waiting>();

/** Waits for work until its caller gives up. The work goes on. */
export function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  return untilGivenUp(work, (giveUp) =>
    onAbort(signal, () => {
      // What the caller passed to `abort()` is theirs to get back, whatever it is.
      giveUp(signal.reason);
    }),
  );
}

/**
 * Waits for work until it is given up, which rejects with what it is given up for. The work goes on.
 *
 * @param watch Begins to watch for that, and returns what ends the watch.
 */
export function untilGivenUp<Result>(
  work: Promise<Result>,
  watch: (giveUp: (reason: unknown) => void) => () => void,
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const end = watch(reject);
    work.then(
      (result) => {
        end();
        resolve(result);
      },
      (error: unknown) => {
        end();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the work has it
        reject(error);
      },
    );
  });
}

/** @returns what takes the callback back. */
function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    // It tells nobody any more.
    callback();
    return () => undefined;
  }
  const { callbacks, listener } = waitingFor.get(signal) ?? listen(signal);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0) return;
    signal.removeEventListener('abort', listener);
    waitingFor.delete(signal);
  };
}

function listen(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    for (const callback of callbacks) callback();
  };
  const waiting = { callbacks, listener };
  waitingFor.set(signal, waiting);
  signal.addEventListener('abort', listener, { once: true });
  return waiting;
}

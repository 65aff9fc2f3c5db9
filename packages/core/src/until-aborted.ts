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
  return new Promise<Result>((resolve, reject) => {
    const forget = onAbort(signal, () => {
      // What the caller passed to `abort()` is theirs to get back, whatever it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- see above
      reject(signal.reason);
    });
    void work.finally(forget).then(resolve, reject);
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

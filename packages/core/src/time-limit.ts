import type { Clock } from './clock.ts';

/** Work within a time limit: its signal aborts when the time is over, and what ignores the signal is not waited for. */
export async function withinTimeLimit<Result>(
  clock: Clock,
  milliseconds: number,
  timeoutError: () => Error,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let cancel: (() => void) | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(milliseconds, () => {
      const error = timeoutError();
      reject(error);
      controller.abort(error);
    });
  });
  try {
    return await Promise.race([work(controller.signal), over]);
  } finally {
    cancel?.();
  }
}

import type { OutgoingCall } from './outgoing-call.ts';

/** Frees a response that nobody will read. What goes wrong with it is nobody's trouble: another one takes its place. */
export async function discard<Result>(call: OutgoingCall<Result>, response: Result): Promise<void> {
  try {
    await call.discard(response);
  } catch {
    // Its connection broke off: then it is free.
  }
}

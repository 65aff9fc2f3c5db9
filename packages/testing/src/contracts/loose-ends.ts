import assert from 'node:assert/strict';

/** Does the work, and fails where it leaves a rejection that nobody handles. */
export async function withoutLooseEnds(work: () => Promise<void>): Promise<void> {
  const loose: unknown[] = [];
  const hear = (reason: unknown): void => void loose.push(reason);
  process.on('unhandledRejection', hear);
  try {
    await work();
  } finally {
    process.off('unhandledRejection', hear);
  }
  assert.deepEqual(loose, []);
}

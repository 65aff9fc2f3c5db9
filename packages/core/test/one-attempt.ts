/**
 * For a client that fails a call by the first answer: it asks once, and waits for no better answer. Only with a clock that
 * stands still, as no real server answers within that time.
 */
export const oneAttempt = { attempts: 1, waitTimeout: 0.1 } as const;

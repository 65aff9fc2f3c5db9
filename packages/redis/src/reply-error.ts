import { ErrorReply } from 'redis';

/** Whether an error is the server's own answer, over a connection to be kept. */
export function provesLife(error: unknown): boolean {
  // A master that has become a replica: it must be looked for anew.
  return error instanceof ErrorReply && !error.message.startsWith('READONLY');
}

/**
 * The error as it can be shown: Redis quotes the arguments of a command that it doesn't know, which may be a token; and
 * an error of several attempts has no words of its own.
 */
export function withoutSecrets(error: unknown): Error {
  const reason = reasonOf(error);
  if (error instanceof Error && reason === error.message) return error;
  return error instanceof AggregateError ? new Error(reason, { cause: error }) : new Error(reason);
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join('; ');
  const message = error instanceof Error ? error.message : String(error);
  return message.split(/,? with args beginning with/)[0] ?? '';
}

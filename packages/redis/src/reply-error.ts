import { ErrorReply } from 'redis';

/** Whether an error is the server's own answer, over a connection to be kept. */
export function provesLife(error: unknown): boolean {
  // A master that has become a replica: it must be looked for anew.
  return error instanceof ErrorReply && !error.message.startsWith('READONLY');
}

/**
 * The error as it can be shown. Redis quotes the arguments of a command that it doesn't know, which may be a token; and
 * the error of a host with several addresses has no message at all.
 */
export function withoutSecrets(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const [message = ''] = error.message.split(/,? with args beginning with/);
  if (message === error.message && message !== '') return error;
  if (message !== '') return new Error(message);
  const inner = error instanceof AggregateError ? error.errors.find((one) => one instanceof Error) : undefined;
  const reason = inner?.message ?? ('code' in error ? String(error.code) : 'no reason given');
  return new Error(`Redis cannot be reached: ${reason}`, { cause: error });
}

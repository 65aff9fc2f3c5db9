import { isOutboundAuthError, OutboundAuthError } from '@outbound-auth/core';
import { ErrorReply } from 'redis';

/** Whether an error is the server's own answer, over a connection to be kept. */
export function provesLife(error: unknown): boolean {
  // A master that has become a replica: it must be looked for anew.
  return error instanceof ErrorReply && !error.message.startsWith('READONLY');
}

/** Whether the key holds what is no text: nothing that we have written, and nothing about other keys. */
export function isNoText(error: unknown): boolean {
  // Within a longer message, where a script met it in an older Redis.
  return error instanceof ErrorReply && /\bWRONGTYPE\b/.test(error.message);
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

/** The same as one of ours, whose message is shown: what may hold a secret is out of it. */
export function storeError(error: unknown): OutboundAuthError {
  if (isOutboundAuthError(error)) return error;
  const cause = withoutSecrets(error);
  return new OutboundAuthError(cause.message, { code: 'store_unavailable', cause });
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join('; ');
  const message = error instanceof Error ? error.message : String(error);
  const [reason = ''] = message.split(/,? with args beginning with/);
  return reason.replace(/\.$/, '');
}

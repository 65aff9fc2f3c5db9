import type { ErrorCode, ServerAnswer } from '../error-details.ts';
import { type OutboundAuthError, TokenRequestError, TokenResponseError } from '../errors.ts';
import { parseJsonObject } from '../json-object.ts';

/** What kept another process from a token. */
export interface SharedFailure {
  readonly error: OutboundAuthError;
  /** How often in a row. */
  readonly times: number;
  /** Of the credential that was refused: who has another one isn't concerned. Undefined where that doesn't matter. */
  readonly credential: string | undefined;
  /** How long it is to be taken for true, in milliseconds. */
  readonly length: number;
}

const format = 1;

/** A failure as text for the store. */
export function writeFailure(key: string, { error, times, credential, length }: SharedFailure): string {
  const { code, message, client, server } = error;
  return JSON.stringify({ format, key, code, message, client, server, times, credential, length });
}

const codes: ReadonlySet<unknown> = new Set<ErrorCode>([
  'discovery_failed',
  'invalid_token_response',
  'subject_token_refused',
  'token_endpoint_failed',
  'token_endpoint_unreachable',
  'token_request_refused',
  'token_request_timeout',
]);

function isCode(code: unknown): code is ErrorCode {
  return codes.has(code);
}

/** The failure of a text; undefined for rubbish, another format, or another key's. */
export function readFailure(text: string, key: string): SharedFailure | undefined {
  const members = parseJsonObject(text);
  if (members?.get('format') !== format || members.get('key') !== key) return undefined;
  const { code, message, client, times, credential, length, server }: Record<string, unknown> =
    Object.fromEntries(members);
  if (!isCode(code) || typeof message !== 'string' || typeof client !== 'string') return undefined;
  if (!isCount(times) || !isCount(length) || (credential !== undefined && typeof credential !== 'string')) {
    return undefined;
  }
  const answer = answerOf(server);
  const details = { code, client, ...(answer === undefined ? {} : { server: answer }) };
  const error =
    answer === undefined ? new TokenRequestError(message, details) : new TokenResponseError(message, details);
  return { error, times, credential, length };
}

function answerOf(server: unknown): ServerAnswer | undefined {
  if (typeof server !== 'object' || server === null || !('status' in server)) return undefined;
  const { status, error, errorDescription }: { status: unknown; error?: unknown; errorDescription?: unknown } = server;
  if (typeof status !== 'number') return undefined;
  return {
    status,
    ...(typeof error === 'string' ? { error } : {}),
    ...(typeof errorDescription === 'string' ? { errorDescription } : {}),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 1_000_000;
}

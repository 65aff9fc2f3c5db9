import { isAnyArrayBuffer } from 'node:util/types';

/**
 * Whether a body can be sent a second time, byte for byte: text, bytes, forms and blobs can. A stream is gone once it
 * was read, and a second send would carry an empty body without anybody noticing.
 *
 * @example
 * ```ts
 * import { isReplayable, type OutgoingCall } from '@outbound-auth/core';
 *
 * export function kindOf(body: unknown): OutgoingCall<Response>['body'] {
 *   if (body === undefined || body === null) return 'none';
 *   return isReplayable(body) ? 'replayable' : 'once';
 * }
 * ```
 */
export function isReplayable(body: unknown): boolean {
  return (
    body === undefined ||
    body === null ||
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    isAnyArrayBuffer(body) ||
    ArrayBuffer.isView(body) ||
    body instanceof Blob ||
    body instanceof FormData
  );
}

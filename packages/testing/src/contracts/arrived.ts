import assert from 'node:assert/strict';
import type { RecordedRequest } from '../recorded-request.ts';
import type { Scripting } from '../scripting.ts';

/** The request that arrived in this place, counted from 0; fails where none did. */
export function arrived({ requests }: Scripting, place: number): RecordedRequest {
  const request = requests[place];
  assert.ok(request, `${requests.length} requests arrived, where at least ${place + 1} were expected`);
  return request;
}

/** The bearer token that a request came with. */
export function bearerOf(request: RecordedRequest): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
}

/** Fails where a request came with anything that belongs to a client. */
export function assertBare({ headers }: RecordedRequest): void {
  const { authorization, dpop, 'x-api-key': key } = headers;
  assert.deepEqual([authorization, dpop, key], [undefined, undefined, undefined]);
}

/** Waits until so many requests have arrived, or until the calls are over without them: nothing would end that wait. */
export async function untilArrived(
  server: Scripting,
  count: number,
  calls: readonly Promise<unknown>[],
): Promise<void> {
  await Promise.race([server.waitForRequests(count), Promise.all(calls)]);
}

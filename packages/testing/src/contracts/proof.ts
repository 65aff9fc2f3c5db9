import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { RecordedRequest } from '../recorded-request.ts';

/** The claims of the proof that a request came with. @see https://www.rfc-editor.org/rfc/rfc9449#section-4.2 */
export function proofOf({ headers }: RecordedRequest): Readonly<Record<string, unknown>> {
  const [, claims] = (headers['dpop'] ?? '').split('.');
  assert.ok(claims, 'the request came without a DPoP proof');
  const value: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}

/** Fails where a request doesn't present this token, or doesn't prove its possession for its own method and address. */
export function assertProved(request: RecordedRequest, origin: string, accessToken: string): void {
  assert.equal(request.headers['authorization'], `DPoP ${accessToken}`);
  const { htm, htu, ath } = proofOf(request);
  const [path = ''] = request.path.split('?');
  assert.deepEqual([htm, htu], [request.method, origin + path]);
  assert.equal(ath, createHash('sha256').update(accessToken).digest('base64url'));
}

import assert from 'node:assert/strict';
import { isOutboundAuthError, type OutboundAuthError } from '@outbound-auth/core';

/** The error of Outbound Auth that a call rejects with; fails where there is none. */
export async function failureOf(call: Promise<unknown>): Promise<OutboundAuthError> {
  try {
    await call;
  } catch (error) {
    assert.ok(isOutboundAuthError(error), `rejected with another error than one of Outbound Auth: ${String(error)}`);
    return error;
  }
  throw new assert.AssertionError({ message: 'The call was expected to fail' });
}

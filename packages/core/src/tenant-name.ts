import { OutboundAuthError } from './errors.ts';

/** It often comes with a request, and stands in messages: no line of a log may be forged by it. */
export function checkTenantName(name: unknown): void {
  if (typeof name === 'string' && /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,256}$/u.test(name)) return;
  const message = "a tenant's name must be a text of 1 to 256 characters, none of them a control character";
  throw new OutboundAuthError(message, { code: 'unknown_client' });
}

import { expect, it } from 'vitest';
import { createOutboundAuth } from '../src/create-outbound-auth.ts';
import { assertOutboundAuth, isOutboundAuth } from '../src/is-outbound-auth.ts';
import { OutboundAuth } from '../src/outbound-auth.ts';

it('E55 an OutboundAuth is recognised by its brand, also where it comes from another copy', () => {
  const auth = createOutboundAuth({ clients: {} });
  expect(auth).toBeInstanceOf(OutboundAuth);
  expect(isOutboundAuth(auth)).toBe(true);
  const foreign = { [Symbol.for('@outbound-auth/core/outbound-auth/v1')]: true };
  expect(isOutboundAuth(foreign)).toBe(true);
  for (const other of [undefined, null, 'auth', {}, { client: () => undefined, fetch }]) {
    expect(isOutboundAuth(other)).toBe(false);
    expect(() => {
      assertOutboundAuth(other, 'adapter(auth)');
    }).toThrow('adapter(auth): auth must be what createOutboundAuth() returns');
  }
});

import { OptionsError } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { fakeOutboundAuth } from '../../src/index.ts';

describe('wrong options', () => {
  const make = (clients: unknown, options?: unknown) => (): unknown =>
    Reflect.apply(fakeOutboundAuth, undefined, [clients, options]);

  it.each([
    [undefined, undefined, 'clients: must be an object such as'],
    [{ billing: '' }, undefined, 'clients.billing: must be the token alone'],
    [{ billing: 7 }, undefined, 'clients.billing: must be a text, not number; or an object with token'],
    [
      { billing: { attachTo: ['https://a.example'] } },
      undefined,
      'clients.billing.token: must be a text, not undefined',
    ],
    [{ billing: { token: 'a', attachTo: ['/v2'] } }, undefined, 'clients.billing.attachTo[0]: must be an absolute URL'],
    [
      { billing: { token: 'a', atachTo: [] } },
      undefined,
      'clients.billing.atachTo: is no option; did you mean attachTo?',
    ],
    [{}, { tenants: { acme: 'Bearer a' } }, 'tenants.acme: must be the token alone'],
    [{}, { respond: Response.json({}) }, 'respond: must be a function'],
    [{}, { network: 'off' }, "network: must be 'refuse' or 'pass'"],
    [{}, null, 'options: must be an object such as'],
    [{}, { unmached: 'refuse' }, 'unmached: is no option; did you mean unmatched?'],
  ])('%j, %j', (clients, options, message) => {
    expect(make(clients, options)).toThrow(OptionsError);
    expect(make(clients, options)).toThrow(message);
  });
});

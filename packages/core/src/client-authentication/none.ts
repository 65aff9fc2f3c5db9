import { comparable } from '../comparable.ts';
import type { ClientAuthentication } from './client-authentication.ts';

/** What a public client sends of itself. */
export interface NoneOptions {
  /** Whether `client_id` is sent: not where the grant's assertion says it all. Default: true. */
  readonly sendClientId?: boolean | undefined;
}

/**
 * No client authentication: a public client, or a grant that says itself who asks.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2.1
 * @example
 * ```ts
 * import { none } from '@outbound-auth/core';
 *
 * export const clientAuthentication = none();
 * ```
 */
export function none({ sendClientId = true }: NoneOptions = {}): ClientAuthentication {
  const authenticate: ClientAuthentication = ({ clientId, body }) => {
    if (sendClientId) body.set('client_id', clientId);
  };
  return comparable(authenticate, none.name, sendClientId);
}

import { comparable } from '../comparable.ts';
import { optionsOf } from '../option-reader.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { withRemedy } from './refusal-remedy.ts';

/** What a public client sends of itself. */
export interface NoneOptions {
  /** Whether `client_id` is sent: not where the grant's assertion says it all. Default: true. */
  readonly sendClientId?: boolean | undefined;
}

/**
 * No client authentication: a public client, or a grant that says itself who asks.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2.1
 * @throws {OptionsError} if an option is wrong.
 * @example
 * ```ts
 * import { none } from '@outbound-auth/core';
 *
 * export const clientAuthentication = none();
 * ```
 */
export function none(options: NoneOptions = {}): ClientAuthentication {
  const sendClientId = optionsOf('none({ … })', options, (reader) => reader.flag('sendClientId', true));
  const authenticate: ClientAuthentication = ({ clientId, body }) => {
    if (sendClientId) body.set('client_id', clientId);
  };
  withRemedy(authenticate, () => refused);
  return comparable(authenticate, none.name, sendClientId);
}

const refused =
  'Check clientId, and that the server takes a client without authentication: else give clientSecret or another clientAuthentication';

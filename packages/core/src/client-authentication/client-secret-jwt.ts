import { type AssertionOptions, readAssertionClaims } from '../assertions/assertion.ts';
import { comparable } from '../comparable.ts';
import { optionsOf } from '../option-reader.ts';
import { assertSecretSource, type SecretSource } from '../secret.ts';
import { addClientAssertion } from './client-assertion.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { withRemedy } from './refusal-remedy.ts';

/** How a client assertion is signed by a secret, and what it says. */
export interface ClientSecretJwtOptions extends Pick<AssertionOptions, 'audience' | 'expiresIn'> {
  /** Default: HS256. */
  readonly algorithm?: 'HS256' | 'HS384' | 'HS512' | undefined;
}

/**
 * A JWT signed by the client secret, so that the secret itself stays here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
 * @throws {OptionsError} if the secret is neither text nor function, or an option is wrong.
 * @example
 * ```ts
 * import { clientSecretJwt, env } from '@outbound-auth/core';
 *
 * export const clientAuthentication = clientSecretJwt(env('BILLING_SECRET'));
 * ```
 */
export function clientSecretJwt(secret: SecretSource, options: ClientSecretJwtOptions = {}): ClientAuthentication {
  assertSecretSource(secret, 'clientSecretJwt(secret)');
  const { algorithm, ...about } = optionsOf('clientSecretJwt(secret, { … })', options, (reader) => ({
    algorithm: reader.oneOf('algorithm', ['HS256', 'HS384', 'HS512']),
    ...readAssertionClaims(reader),
  }));
  const authenticate: ClientAuthentication = async (draft) => {
    const key = new TextEncoder().encode(await draft.secret(secret));
    await addClientAssertion(draft, { key, algorithm }, about);
  };
  withRemedy(authenticate, () => refused);
  return comparable(authenticate, clientSecretJwt.name, secret, algorithm, about);
}

const refused = 'Check clientId, the secret, algorithm and audience of clientSecretJwt(), and this host’s clock';

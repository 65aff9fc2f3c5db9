import { type AssertionOptions, readAssertionOptions } from '../assertions/assertion.ts';
import { readAlgorithm, type SigningAlgorithm } from '../assertions/key-algorithms.ts';
import { assertPrivateKeySource, type PrivateKeySource, signingKey } from '../assertions/signing-key.ts';
import { comparable } from '../comparable.ts';
import { optionsOf } from '../option-reader.ts';
import { addClientAssertion } from './client-assertion.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { withRemedy } from './refusal-remedy.ts';

/** How a client assertion is signed, and what it says. */
export interface PrivateKeyJwtOptions extends AssertionOptions {
  /** Default: what the key is made for; RS256 for an RSA key that doesn't say. */
  readonly algorithm?: SigningAlgorithm | undefined;
}

/**
 * A JWT signed by the client's private key, instead of a secret.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
 * @throws {OptionsError} if the key is no private key, cannot sign by the algorithm, or an option is wrong.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { privateKeyJwt } from '@outbound-auth/core';
 *
 * export const clientAuthentication = privateKeyJwt(() => readFile('billing-key.pem', 'utf8'), { keyId: 'billing-1' });
 * ```
 */
export function privateKeyJwt(key: PrivateKeySource, options: PrivateKeyJwtOptions = {}): ClientAuthentication {
  const { algorithm, ...about } = optionsOf('privateKeyJwt(key, { … })', options, (reader) => ({
    algorithm: readAlgorithm(reader, 'algorithm'),
    ...readAssertionOptions(reader),
  }));
  assertPrivateKeySource(key, 'privateKeyJwt(key)', algorithm);
  const authenticate: ClientAuthentication = async (draft) => {
    await addClientAssertion(draft, signingKey(await draft.value(key), algorithm), about);
  };
  withRemedy(authenticate, () => refused);
  return comparable(authenticate, privateKeyJwt.name, key, algorithm, about);
}

const refused =
  'Check clientId, the key, keyId and audience of privateKeyJwt(), what the server has registered, and this host’s clock';

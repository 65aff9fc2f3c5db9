import type { AssertionOptions } from '../assertions/assertion.ts';
import { readCertificateSource } from '../assertions/certificate-thumbprint.ts';
import type { PrivateKeySource } from '../assertions/signing-key.ts';
import type { ClientAuthentication } from '../client-authentication/client-authentication.ts';
import { none } from '../client-authentication/none.ts';
import { privateKeyJwt } from '../client-authentication/private-key-jwt.ts';
import type { OptionReader } from '../option-reader.ts';
import { readKey } from './read-options.ts';

/** A certificate of an application at Microsoft Entra ID. */
export interface EntraCertificate {
  /** The certificate, PEM or DER, or a function that gives it. Its thumbprint tells Entra which it is (`x5t#S256`). */
  readonly cert: NonNullable<AssertionOptions['certificate']>;
  /** Its RSA private key, or a function that gives it whenever a token is requested. */
  readonly key: PrivateKeySource;
  /** What assertions are signed by. Default: `PS256`, as Microsoft advises. */
  readonly algorithm?: 'PS256' | 'RS256' | undefined;
}

/**
 * Client authentication by an assertion that names its certificate.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export function readEntraCertificate(options: OptionReader): ClientAuthentication {
  const before = options.problems.length;
  const reader = options.child('certificate');
  if (reader === undefined) return none();
  const algorithm = reader.oneOf('algorithm', ['PS256', 'RS256']);
  const key = readKey(reader, 'key', algorithm);
  const certificate = readCertificateSource(reader, 'cert');
  if (reader.value('cert') === undefined) reader.refuse('cert', 'is missing; give the certificate that key belongs to');
  reader.refuseOthers();
  // What is wrong has been noted, and this is not used.
  if (options.problems.length > before) return none();
  return privateKeyJwt(key, { certificate, algorithm });
}

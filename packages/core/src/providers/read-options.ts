import { readPrivateKey } from '../assertions/read-private-key.ts';
import type { PrivateKeySource, SigningAlgorithm } from '../assertions/signing-key.ts';
import { OptionsError } from '../errors.ts';
import { isObject, type OptionReader } from '../option-reader.ts';
import { readAuthentication } from '../options/read-credentials.ts';
import type { ClientOptions } from '../options/options.ts';
import { isSecretSource, type SecretSource } from '../secret.ts';
import { ProviderReader } from './provider-reader.ts';

/**
 * Reads what a provider needs of its options. The further ones are checked with the client's; only their names are here.
 *
 * @throws {OptionsError} that lists every mistake, each as a user writes it: `empowerId({ host })`.
 */
export function readOptions<Read>(provider: string, options: object, read: (reader: OptionReader) => Read): Read {
  if (!isObject(options)) throw new OptionsError([{ path: `${provider}(options)`, message: 'must be an object' }]);
  const reader = new ProviderReader(options, '');
  const result = read(reader);
  reader.refuseUntaken(provider);
  if (reader.problems.length === 0) return result;
  throw new OptionsError(reader.problems.map(({ path, message }) => ({ path: `${provider}({ ${path} })`, message })));
}

export function requireClientId(reader: OptionReader): string {
  return reader.requiredText('clientId', 'give the client identifier that the system issued');
}

export function requireSecret(reader: OptionReader, name: string, remedy: string): void {
  if (reader.value(name) === undefined) reader.refuse(name, `is missing; ${remedy}`);
  reader.secret(name);
}

export function requireClientSecret(reader: OptionReader): void {
  requireSecret(reader, 'clientSecret', 'give the client secret that the system issued');
}

/** A private key that can sign by this algorithm. What is returned for a wrong one is only good for reading on. */
export function readKey(reader: OptionReader, name: string, algorithm: SigningAlgorithm): PrivateKeySource {
  if (reader.value(name) === undefined) {
    reader.refuse(name, 'is missing; give the private key, or a function that gives it');
    return '';
  }
  return readPrivateKey(reader, name, algorithm) ?? '';
}

/** The addresses that the token is sent to, where the system's own address doesn't say it. */
export function requireAttachTo(reader: OptionReader): void {
  if (reader.value('attachTo') !== undefined) return;
  reader.refuse('attachTo', 'is missing; list the address prefixes that the token may be sent to');
}

/** Takes options of the provider that the client will check: their names are no mistake. */
export function take(reader: OptionReader, ...names: readonly ('attachTo' | 'grant')[]): void {
  for (const name of names) reader.value(name);
}

type Credentials = Pick<ClientOptions, 'clientSecret' | 'clientAuthentication'>;

/** The client's credentials: a secret in the way that this server takes it (default: Basic), or what the user says. */
export function readCredentials(
  reader: OptionReader,
  bySecret: (clientSecret: SecretSource) => Credentials = (clientSecret) => ({ clientSecret }),
): Credentials {
  const clientAuthentication = readAuthentication(reader);
  const clientSecret = reader.value('clientSecret');
  return isSecretSource(clientSecret) ? bySecret(clientSecret) : { clientAuthentication };
}

import { type AssertionOptions, readAssertionOptions, signAssertion } from '../assertions/assertion.ts';
import { readAlgorithm } from '../assertions/key-algorithms.ts';
import { readPrivateKey } from '../assertions/read-private-key.ts';
import { type PrivateKeySource, type SigningAlgorithm, signingKey } from '../assertions/signing-key.ts';
import { heldGrant } from './held-grant.ts';
import { isObject, type OptionReader, optionsOf } from '../option-reader.ts';
import type { SecretSource } from '../secret.ts';
import type { TokenRequestDraft } from '../token-endpoint/draft.ts';
import type { Grant } from './grant.ts';
import { plainSource } from './plain-source.ts';

/** An assertion that comes ready made. */
export interface GivenAssertion {
  /**
   * Text, or a function that is asked whenever a token is requested. It must always speak for the same identity; a
   * user's token is exchanged by `onBehalfOf()` or `tokenExchange()`.
   */
  readonly assertion: SecretSource;
}

/** An assertion that is signed here, as a service account's. */
export interface SignedAssertion extends AssertionOptions {
  /** The account's private key. */
  readonly key: PrivateKeySource;
  /** Who signs (`iss`). Default: the client id. */
  readonly issuer?: string | undefined;
  /** For whom the token is (`sub`). Default: the issuer. */
  readonly subject?: string | undefined;
  /** Default: what the key is made for; RS256 for an RSA key that doesn't say. */
  readonly algorithm?: SigningAlgorithm | undefined;
  /** Further claims. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Puts the scope into the assertion, as its claim `scope`, and not into the request. Default: false. */
  readonly scopeAsClaim?: boolean | undefined;
}

/**
 * A token for an assertion: a JWT that a service account's key signs, or one that comes from elsewhere.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.1
 * @throws {OptionsError} for options that are none, or not what they must be.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { type ClientOptions, jwtBearer, none } from '@outbound-auth/core';
 *
 * export const archive: ClientOptions = {
 *   tokenEndpoint: 'https://idp.example.com/token',
 *   clientId: 'archive@accounts.example.com',
 *   clientAuthentication: none(),
 *   grant: jwtBearer({ key: () => readFile('archive.pem', 'utf8'), keyId: 'archive-1' }),
 *   attachTo: ['https://archive.example.com'],
 * };
 * ```
 */
export function jwtBearer(options: GivenAssertion | SignedAssertion): Grant {
  const type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  const { assertion, identity, secrets } = optionsOf('jwtBearer({ … })', options, (reader) =>
    reader.value('assertion') === undefined ? signed(reader) : given(reader),
  );
  const subject = identity.flatMap(([name, source]) => (typeof source === 'string' ? [{ name, source }] : []));
  const connect: Grant['connect'] = (endpoint) =>
    plainSource(endpoint, type, () => ({
      fill: async (draft) => {
        draft.body.set('assertion', await assertion(draft));
      },
    }));
  return heldGrant({ type, subject, secrets, connect }, jwtBearer.name, options);
}

/** Where an assertion comes from, and the texts that tell whose it is. */
interface Assertion {
  readonly assertion: (draft: TokenRequestDraft) => Promise<string>;
  readonly identity: readonly (readonly [name: string, text: unknown])[];
  readonly secrets: readonly unknown[];
}

function given(reader: OptionReader): Assertion {
  const assertion = reader.secret('assertion') ?? '';
  if (reader.value('key') !== undefined) reader.refuse('key', 'stands beside assertion; give one of the two');
  return { assertion: (draft) => draft.secret(assertion), identity: [['assertion', assertion]], secrets: [assertion] };
}

function signed(reader: OptionReader): Assertion {
  refuseWireNames(reader);
  const iss = reader.text('issuer');
  const sub = reader.text('subject');
  const claims = readClaims(reader);
  const scopeAsClaim = reader.flag('scopeAsClaim');
  const about = readAssertionOptions(reader);
  const algorithm = readAlgorithm(reader, 'algorithm');
  const key = readKey(reader, algorithm);
  const assertion: Assertion['assertion'] = async (draft) => {
    const issuer = iss ?? draft.clientId;
    const scope = scopeAsClaim ? takeScope(draft.body) : {};
    const claimed = { issuer, subject: sub ?? issuer, further: { ...claims, ...scope } };
    return signAssertion(draft, claimed, signingKey(await draft.value(key), algorithm), about);
  };
  return {
    assertion,
    identity: [
      ['iss', iss],
      ['sub', sub],
      ['claims', claims && JSON.stringify(claims)],
    ],
    secrets: [key],
  };
}

function readKey(reader: OptionReader, algorithm: SigningAlgorithm | undefined): PrivateKeySource {
  if (reader.value('key') !== undefined) return readPrivateKey(reader, 'key', algorithm) ?? '';
  reader.refuse('key', 'is missing; give the private key that signs, or an assertion that is ready made');
  return '';
}

/** What goes into the JWT, by the names that it is sent with. */
function refuseWireNames(reader: OptionReader): void {
  for (const name of reader.names()) {
    const option = wireNames.get(name);
    // Read, it counts as known, and is not refused once more.
    if (option !== undefined && reader.value(name) !== undefined) {
      reader.refuse(name, `is no option; did you mean ${option}?`);
    }
  }
}

const wireNames: ReadonlyMap<string, string> = new Map([
  ['iss', 'issuer'],
  ['sub', 'subject'],
  ['aud', 'audience'],
  ['exp', 'expiresIn'],
  ['alg', 'algorithm'],
  ['kid', 'keyId'],
]);

function readClaims(reader: OptionReader): object | undefined {
  const claims = reader.value('claims');
  if (claims === undefined || (isObject(claims) && isJson(claims))) return claims;
  reader.refuse('claims', 'must be an object that JSON can hold');
  return undefined;
}

function isJson(value: object): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

function takeScope(body: URLSearchParams): { scope?: string } {
  const scope = body.get('scope');
  body.delete('scope');
  return scope === null ? {} : { scope };
}

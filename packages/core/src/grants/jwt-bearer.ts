import { type AssertionOptions, signAssertion } from '../assertions/assertion.ts';
import {
  assertPrivateKeySource,
  type PrivateKeySource,
  type SigningAlgorithm,
  signingKey,
} from '../assertions/signing-key.ts';
import { assertSecretSource, type SecretSource } from '../secret.ts';
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
 * @throws {OptionsError} if key or assertion is not what it must be.
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
  const { assertion, identity } = 'assertion' in options ? given(options) : signed(options);
  return {
    type,
    subject: identity.flatMap(([name, source]) => (typeof source === 'string' ? [{ name, source }] : [])),
    connect: (endpoint) =>
      plainSource(endpoint, type, () => ({
        fill: async (draft) => {
          draft.body.set('assertion', await assertion(draft));
        },
      })),
  };
}

/** Where an assertion comes from, and the texts that tell whose it is. */
interface Assertion {
  readonly assertion: (draft: TokenRequestDraft) => Promise<string>;
  readonly identity: readonly (readonly [name: string, text: unknown])[];
}

function given({ assertion }: GivenAssertion): Assertion {
  assertSecretSource(assertion, 'jwtBearer({ assertion })');
  return { assertion: (draft) => draft.secret(assertion), identity: [['assertion', assertion]] };
}

function signed(options: SignedAssertion): Assertion {
  assertPrivateKeySource(options.key, 'jwtBearer({ key })');
  const { key, issuer: iss, subject: sub, algorithm, claims } = options;
  const identity = [
    ['iss', iss],
    ['sub', sub],
    ['claims', claims && JSON.stringify(claims)],
  ] as const;
  const assertion: Assertion['assertion'] = async (draft) => {
    const issuer = iss ?? draft.clientId;
    const scope = options.scopeAsClaim === true ? takeScope(draft.body) : {};
    const about = { issuer, subject: sub ?? issuer, further: { ...claims, ...scope } };
    return signAssertion(draft, about, signingKey(await draft.value(key), algorithm), options);
  };
  return { assertion, identity };
}

function takeScope(body: URLSearchParams): { scope?: string } {
  const scope = body.get('scope');
  body.delete('scope');
  return scope === null ? {} : { scope };
}

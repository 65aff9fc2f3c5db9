import { randomUUID } from 'node:crypto';
import type { OptionReader } from '../option-reader.ts';
import type { TokenRequestDraft } from '../token-endpoint/draft.ts';
import { readCertificateSource, thumbprint } from './certificate-thumbprint.ts';
import { backdated, type Signature, signJwt } from './sign-jwt.ts';

/** What may be chosen about an assertion. */
export interface AssertionOptions {
  /**
   * Whom it is meant for: the issuer, the token endpoint's address, or any other text. Default: `issuer`, and the token
   * endpoint where no issuer is known.
   */
  readonly audience?: 'issuer' | 'token-endpoint' | (string & {}) | undefined;
  /** How long it is good for, in seconds. Default: 60. */
  readonly expiresIn?: number | undefined;
  /** The key's identifier in the header (`kid`). Default: that of a JWK. */
  readonly keyId?: string | undefined;
  /**
   * The certificate of the key, PEM or DER, or a function that gives it whenever it is needed: its SHA-256 thumbprint goes
   * into the header (`x5t#S256`).
   */
  readonly certificate?: string | Uint8Array | (() => string | Uint8Array | Promise<string | Uint8Array>) | undefined;
}

/** Who says what about whom. */
export interface AssertionClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly further?: Readonly<Record<string, unknown>> | undefined;
}

/** Reads what is chosen about an assertion. */
export function readAssertionOptions(reader: OptionReader): AssertionOptions {
  return {
    ...readAssertionClaims(reader),
    keyId: reader.text('keyId'),
    certificate: readCertificateSource(reader, 'certificate'),
  };
}

/** Of these, what isn't about a key. */
export function readAssertionClaims(reader: OptionReader): Pick<AssertionOptions, 'audience' | 'expiresIn'> {
  const expiresIn = reader.number('expiresIn', 60, { min: 1, max: 1_000_000 }, 'seconds');
  return { audience: readAudience(reader), expiresIn };
}

// Any other text is an audience of its own, so that a slip would go to the server as one.
function readAudience(reader: OptionReader): AssertionOptions['audience'] {
  const audience = reader.text('audience');
  const letters = audience?.toLowerCase().replace(/[\s_-]/g, '');
  const meant = letters === 'tokenendpoint' ? 'token-endpoint' : letters === 'issuer' ? 'issuer' : audience;
  if (audience !== meant) reader.refuse('audience', `must be written '${meant}'`);
  return audience;
}

/** A JWT assertion with a `jti` of its own. @see https://www.rfc-editor.org/rfc/rfc7523#section-3 */
export async function signAssertion(
  draft: Pick<TokenRequestDraft, 'issuer' | 'now' | 'tokenEndpoint' | 'value'>,
  { issuer, subject, further }: AssertionClaims,
  signature: Signature & { readonly keyId?: string | undefined },
  options: AssertionOptions,
): Promise<string> {
  const { keyId = signature.keyId, expiresIn = 60 } = options;
  const certificate = await draft.value(options.certificate);
  const iat = backdated(draft.now());
  const header = {
    typ: 'JWT',
    ...(keyId === undefined ? {} : { kid: keyId }),
    ...(certificate === undefined ? {} : { 'x5t#S256': thumbprint(certificate, signature.key) }),
  };
  const times = { iat, nbf: iat, exp: Math.floor(draft.now() / 1_000 + expiresIn) };
  const claims = {
    ...further,
    iss: issuer,
    sub: subject,
    aud: audienceOf(draft, options),
    jti: randomUUID(),
    ...times,
  };
  return signJwt(header, claims, signature);
}

function audienceOf(
  { issuer, tokenEndpoint }: Pick<TokenRequestDraft, 'issuer' | 'tokenEndpoint'>,
  { audience = 'issuer' }: AssertionOptions,
): string {
  if (audience === 'issuer') return issuer ?? tokenEndpoint;
  return audience === 'token-endpoint' ? tokenEndpoint : audience;
}

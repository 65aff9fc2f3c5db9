import { type AssertionOptions, signAssertion } from '../assertions/assertion.ts';
import type { Signature } from '../assertions/sign-jwt.ts';
import type { TokenRequestDraft } from '../token-endpoint/draft.ts';

/** Adds a client assertion, made anew for this request. @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2 */
export async function addClientAssertion(
  draft: TokenRequestDraft,
  signature: Signature & { readonly keyId?: string | undefined },
  options: AssertionOptions,
): Promise<void> {
  const { clientId, body } = draft;
  const assertion = await signAssertion(draft, { issuer: clientId, subject: clientId }, signature, options);
  body.set('client_id', clientId);
  body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  body.set('client_assertion', assertion);
}

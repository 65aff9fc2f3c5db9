import type { Prove } from '../tokens/access-token.ts';
import type { DpopSettings } from './dpop.ts';
import type { TokenRequestDraft } from './draft.ts';

/** Gives the key that the next token is to be bound to, as what proves its possession. */
export interface ProofKeys {
  /** Whether a token that came unbound is taken all the same. */
  readonly allowBearer: boolean;
  next(draft: Pick<TokenRequestDraft, 'value'>): Promise<Prove>;
}

/** The keys of a client that asks for DPoP. What makes proofs is loaded by the first token request. */
export function lazyProofKeys(settings: DpopSettings): ProofKeys {
  let loading: Promise<ProofKeys> | undefined;
  const load = async (): Promise<ProofKeys> => new (await import('./dpop.ts')).Dpop(settings);
  return {
    allowBearer: settings.allowBearer,
    next: async (draft) => (await (loading ??= load())).next(draft),
  };
}

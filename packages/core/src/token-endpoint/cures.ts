import type { ServerAnswer } from '../error-details.ts';
import { isOutboundAuthError, type OutboundAuthError } from '../errors.ts';
import type { Credentials } from './credentials.ts';
import type { Server } from './discovery.ts';
import type { Endpoints } from './endpoints.ts';

/** What a refused token request can be cured by. */
export interface CureSettings {
  readonly endpoints: Endpoints;
  readonly credentials: Credentials;
  /** Whether it carries a proof, which a nonce could be put into. */
  readonly proves: boolean;
}

type Cure = (error: OutboundAuthError, server: Server) => boolean | Promise<boolean>;

/** What makes a refused token request worth sending once more, each at most once for a request. */
export class Cures {
  readonly #left: Set<Cure>;

  constructor({ endpoints, credentials, proves }: CureSettings) {
    this.#left = new Set<Cure>([
      // The nonce has come with the refusal (RFC 9449 §8).
      (error) => proves && error.server?.error === 'use_dpop_nonce',
      (error) => isClientRefused(error.server) && credentials.changed(),
      (error, server) => isNotThere(error.server) && endpoints.moved(server),
    ]);
  }

  async cured(error: unknown, server: Server): Promise<boolean> {
    if (!isOutboundAuthError(error)) return false;
    for (const cure of this.#left) {
      const cured = cure(error, server);
      if (cured === false) continue;
      this.#left.delete(cure);
      if (await cured) return true;
    }
    return false;
  }
}

export function isClientRefused(answer: ServerAnswer | undefined): boolean {
  return answer?.error === 'invalid_client' || (answer?.status === 401 && answer.error === undefined);
}

/** An address that was discovered, and where now nobody, or somebody else, answers. */
function isNotThere(answer: ServerAnswer | undefined): boolean {
  const status = answer?.status ?? 0;
  return status === 404 || status === 405 || (status >= 300 && status < 400);
}

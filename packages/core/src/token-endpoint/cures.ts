import { isOutboundAuthError, type OutboundAuthError } from '../errors.ts';
import type { Credentials } from './credentials.ts';
import type { Server } from './discovery.ts';
import type { Endpoints } from './endpoints.ts';

type Cure = (error: OutboundAuthError, server: Server) => boolean | Promise<boolean>;

/** What makes a refused token request worth sending once more, each at most once for a request. */
export class Cures {
  readonly #left: Set<Cure>;

  constructor(endpoints: Endpoints, credentials: Credentials) {
    this.#left = new Set<Cure>([
      // The nonce has come with the refusal (RFC 9449 §8).
      (error) => error.server?.error === 'use_dpop_nonce',
      (error) => isClientRefused(error) && credentials.changed(),
      (error, server) => isNotThere(error) && endpoints.moved(server),
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

function isClientRefused({ server }: OutboundAuthError): boolean {
  return server?.error === 'invalid_client' || (server?.status === 401 && server.error === undefined);
}

/** An address that was discovered, and where now nobody, or somebody else, answers. */
function isNotThere({ server }: OutboundAuthError): boolean {
  const status = server?.status ?? 0;
  return status === 404 || status === 405 || (status >= 300 && status < 400);
}

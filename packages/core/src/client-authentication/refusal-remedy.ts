import type { ClientAuthentication } from './client-authentication.ts';

export const usualRemedy = 'Check clientId, clientSecret and how the client authenticates';

const remedies = new WeakMap<ClientAuthentication, () => string>();

/** Notes what to check where a server refuses a client that authenticates so. */
export function withRemedy(authenticate: ClientAuthentication, remedy: () => string): ClientAuthentication {
  remedies.set(authenticate, remedy);
  return authenticate;
}

/** What to check where a server has refused the client. */
export function refusalRemedy(authenticate: ClientAuthentication): string {
  if (authenticate.certificate !== undefined) {
    return 'Check clientId, and that the certificate is the one registered for it';
  }
  return remedies.get(authenticate)?.() ?? usualRemedy;
}

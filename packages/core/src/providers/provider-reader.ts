import { OptionReader } from '../option-reader.ts';
import type { FurtherOptions, Settled } from './provider-options.ts';

// The type makes sure that none is left out.
const furtherNames: Readonly<Record<keyof FurtherOptions, true>> = {
  allowInsecureRequests: true,
  attempts: true,
  audience: true,
  authorizationDetails: true,
  defaultLifetime: true,
  dispatcher: true,
  dpop: true,
  expiryMargin: true,
  expiryMarginShare: true,
  fetch: true,
  headers: true,
  keepWarm: true,
  maxTokenRequests: true,
  memoryCacheSize: true,
  parameters: true,
  proxy: true,
  renewal: true,
  renewalJitter: true,
  renewalMargin: true,
  renewalMarginShare: true,
  requestTimeout: true,
  resource: true,
  revocationEndpoint: true,
  scope: true,
  store: true,
  tokenRequestHeaders: true,
  waitTimeout: true,
};

/** Why a provider that doesn't read one of these takes none. */
const settledNames: Readonly<Record<Settled, string>> = {
  attachTo: 'its addresses are known',
  clientAuthentication: 'its clients authenticate in one way',
  clientId: 'it is known from the other options',
  clientSecret: 'its clients have none',
  grant: 'its tokens are got in one way',
  issuer: 'its endpoints are known without it',
  tokenEndpoint: 'it follows from the other options',
  tokenRequestFormat: 'its server is sent what it takes',
};

/** Reads a provider's options, and knows which of a client's it leaves to others. */
export class ProviderReader extends OptionReader {
  readonly #taken = new Set<string>();

  override value(name: string): unknown {
    this.#taken.add(name);
    return super.value(name);
  }

  /** Notes each option that neither the provider nor the client takes from its user. */
  refuseUntaken(provider: string): void {
    for (const [name, why] of Object.entries(settledNames)) {
      if (this.#taken.has(name) || this.value(name) === undefined) continue;
      this.refuse(name, `is settled by ${provider}(): ${why}; leave it out, or write the client without a provider`);
    }
    for (const name of Object.keys(furtherNames)) this.value(name);
    this.refuseOthers();
  }
}

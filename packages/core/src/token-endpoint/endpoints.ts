import { OutboundAuthError } from '../errors.ts';
import { Discovery, type DiscoverySettings, type Server } from './discovery.ts';

/** Where an authorization server's endpoints come from. */
export interface EndpointSettings extends Omit<DiscoverySettings, 'issuer'> {
  readonly issuer: string | undefined;
  readonly tokenEndpoint: URL | undefined;
  readonly revocationEndpoint: URL | undefined;
}

/** An authorization server's endpoints: those that the options give, and for what they leave open the discovered. */
export class Endpoints {
  readonly #settings: EndpointSettings;
  readonly #discovery: Discovery | undefined;

  constructor(settings: EndpointSettings) {
    this.#settings = settings;
    const { issuer } = settings;
    if (issuer !== undefined) this.#discovery = new Discovery({ ...settings, issuer });
  }

  /** @throws {TokenRequestError} with the code `discovery_failed`. */
  async token(): Promise<Server> {
    const { issuer, tokenEndpoint } = this.#settings;
    if (tokenEndpoint !== undefined) return { issuer, token_endpoint: tokenEndpoint.href };
    return this.#discovered();
  }

  /** @throws {OutboundAuthError} if there is none, or discovery fails. */
  async revocation(): Promise<Server & { readonly revocation_endpoint: string }> {
    const { name, revocationEndpoint, tokenEndpoint } = this.#settings;
    const known = revocationEndpoint?.href;
    const server = known === undefined && this.#discovery !== undefined ? await this.#discovered() : await this.token();
    const address = known ?? server.revocation_endpoint;
    if (address !== undefined) {
      return { ...server, token_endpoint: tokenEndpoint?.href ?? server.token_endpoint, revocation_endpoint: address };
    }
    const message = `client '${name}': nothing tells where tokens are revoked. Give revocationEndpoint, or an issuer whose metadata names one that begins with https://`;
    throw new OutboundAuthError(message, { code: 'revocation_failed', client: name });
  }

  /** The token endpoint doesn't answer as one: asks whether it has moved since it was discovered. */
  async moved(from: Server): Promise<boolean> {
    if (this.#settings.tokenEndpoint !== undefined || this.#discovery === undefined) return false;
    const { token_endpoint: present } = await this.#discovery.again(from);
    return present !== from.token_endpoint;
  }

  #discovered(): Promise<Server> {
    if (this.#discovery === undefined) throw new TypeError('an issuer or a token endpoint is required');
    return this.#discovery.server();
  }
}

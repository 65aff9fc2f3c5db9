import { refusalRemedy } from '../client-authentication/refusal-remedy.ts';
import type { Clock } from '../clock.ts';
import { isOutboundAuthError, OutboundAuthError, TokenRequestError } from '../errors.ts';
import { showUrl } from '../redact.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { unreachable } from '../transport/unreachable.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import { Credentials, type CredentialSettings } from './credentials.ts';
import { Cures } from './cures.ts';
import { Endpoints, type EndpointSettings } from './endpoints.ts';
import { endOf, grantedToken } from './granted-token.ts';
import { forProtocol, post, type Post, type PostSettings } from './post.ts';
import { readTokenResponse } from './response.ts';
import type { GrantedToken, GrantRequest, TokenEndpoint } from './token-endpoint.ts';

/** Of a client's settings, those that its token requests need. */
export interface TokenEndpointSettings extends CredentialSettings, EndpointSettings, PostSettings {
  readonly defaultLifetime: number;
  readonly clock: Clock;
}

/** Token requests, each within its time limit: `oauth4webapi` says what is sent, and checks what comes. */
export class HttpTokenEndpoint implements TokenEndpoint {
  readonly #settings: TokenEndpointSettings;
  readonly #endpoints: Endpoints;

  constructor(settings: TokenEndpointSettings, endpoints: Endpoints = new Endpoints(settings)) {
    this.#settings = settings;
    this.#endpoints = endpoints;
  }

  get client(): string {
    return this.#settings.name;
  }

  async request(grantType: string, request: TokenRequest, grant: GrantRequest = {}): Promise<GrantedToken> {
    const { clock, requestTimeout } = this.#settings;
    // Whatever came back could not be handed out: it would outlive the token that it was exchanged for.
    if ((endOf(grant.subjectToken) ?? Infinity) <= clock.now()) throw this.#ended();
    const credentials = new Credentials(this.#settings);
    const left = Math.max(0, (request.deadline ?? Infinity) - clock.now());
    // Whoever asked has gone.
    if (left === 0) throw this.#timeout(credentials, left);
    request.sending?.();
    return withinTimeLimit(
      clock,
      Math.min(requestTimeout, left),
      () => this.#timeout(credentials, left),
      (signal) => this.#ask({ grantType, request, grant, credentials, signal }),
    );
  }

  /** A digest of the client's credentials and the grant's own secrets; undefined if they can't be had. */
  async credential(salt: string, secrets: readonly unknown[]): Promise<string | undefined> {
    try {
      return await this.within(() => new Credentials(this.#settings).digest(salt, secrets));
    } catch {
      // Whoever asks for a token next is told why.
      return undefined;
    }
  }

  within<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const { clock, requestTimeout } = this.#settings;
    const late = (): Error => new Error(`it took longer than ${requestTimeout / 1_000} s (requestTimeout)`);
    return withinTimeLimit(clock, requestTimeout, late, async () => work());
  }

  async #ask(given: Omit<Post, 'server'>): Promise<GrantedToken> {
    const cures = new Cures({
      endpoints: this.#endpoints,
      credentials: given.credentials,
      proves: this.#settings.dpop !== undefined,
    });
    for (;;) {
      await given.credentials.prepare();
      const server = await this.#endpoints.token();
      try {
        return await this.#post({ ...given, server });
      } catch (error) {
        if (!(await cures.cured(error, server))) throw error;
      }
    }
  }

  async #post(given: Post): Promise<GrantedToken> {
    const { name, clientId, defaultLifetime, dpop } = this.#settings;
    const { server, request, grant, credentials } = given;
    const { secrets } = credentials;
    const endpoint = showUrl(new URL(server.token_endpoint));
    try {
      const { response, sentAt, prove } = await post(this.#settings, given);
      const answer = await readTokenResponse(response, {
        client: name,
        registration: { client_id: clientId },
        server: forProtocol(server),
        endpoint,
        secrets,
        grantType: given.grantType,
        clientRemedy: refusalRemedy(this.#settings.authenticate),
        sentAt,
        tokenTypes: dpop === undefined ? ['Bearer'] : dpop.allowBearer ? ['DPoP', 'Bearer'] : ['DPoP'],
        forSubject: grant.subjectToken !== undefined,
      });
      const { scope } = request;
      return grantedToken(answer, { sentAt, scope, defaultLifetime, subjectToken: grant.subjectToken, prove });
    } catch (error) {
      if (isOutboundAuthError(error)) throw error;
      const cause = secrets.cleanError(error);
      const { reason, remedy = 'Check its address, and that the server runs' } = unreachable(cause);
      const message = `client '${name}': the token endpoint ${endpoint} cannot be reached (${reason}). ${remedy}`;
      throw new TokenRequestError(message, { code: 'token_endpoint_unreachable', client: name, cause });
    }
  }

  #ended(): OutboundAuthError {
    const { name } = this.#settings;
    const message = `client '${name}': the subject token has ended, by this host’s clock, so no token is asked for with it. The user has to sign in again`;
    return new OutboundAuthError(message, { code: 'subject_token_refused', client: name });
  }

  #timeout(credentials: Credentials, left: number): OutboundAuthError {
    const { name, requestTimeout, issuer, tokenEndpoint } = this.#settings;
    const [option, time] = left < requestTimeout ? ['waitTimeout', left] : ['requestTimeout', requestTimeout];
    const limit = `within ${time / 1_000} s (${left < requestTimeout ? 'what was left of ' : ''}${option})`;
    if (credentials.pending) return credentials.unavailable(`could not be read ${limit}`);
    const address = tokenEndpoint === undefined ? (issuer ?? '') : showUrl(tokenEndpoint);
    const remedy = `Check its address and the network in between, or raise ${option}`;
    const message = `client '${name}': no token from ${address} ${limit}. ${remedy}`;
    return new TokenRequestError(message, { code: 'token_request_timeout', client: name });
  }
}

import type { TokenParameters } from '../options/options.ts';
import type { Subject } from '../tokens/subjects.ts';
import type { TokenRequests } from '../tokens/token-requests.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import { untilAborted } from '../until-aborted.ts';
import type { OutgoingCall } from './outgoing-call.ts';

/** What one call's tokens are asked for with. Whose they are is found out once, however many requests the call takes. */
export class CallTokens {
  readonly #requests: TokenRequests;
  readonly #parameters: TokenParameters | undefined;
  readonly #call: Pick<OutgoingCall<unknown>, 'signal'>;
  #subject: Subject | Promise<Subject> | undefined;

  /** @param call Its signal is asked for only where there is something to wait for: for some, that makes one. */
  constructor(
    requests: TokenRequests,
    parameters: TokenParameters | undefined,
    call: Pick<OutgoingCall<unknown>, 'signal'>,
  ) {
    this.#requests = requests;
    this.#parameters = parameters;
    this.#call = call;
  }

  /** Without a promise wherever the subject is known without one. @throws {OutboundAuthError} if there is none. */
  request(): TokenRequest | Promise<TokenRequest> {
    this.#subject ??= this.#requests.subject();
    if (!(this.#subject instanceof Promise)) return this.#requests.of(this.#subject, this.#parameters);
    return this.#awaited(this.#subject);
  }

  /** The same, with claims that an API wants beside all that is asked for. */
  async withClaims(claims: string): Promise<TokenRequest> {
    this.#subject ??= this.#requests.subject();
    const further = { ...this.#parameters?.parameters, claims };
    return this.#requests.of(await this.#subject, { ...this.#parameters, parameters: further });
  }

  async #awaited(subject: Promise<Subject>): Promise<TokenRequest> {
    return this.#requests.of(await untilAborted(subject, this.#call.signal), this.#parameters);
  }
}

import { type ErrorDetails, type ErrorCode, type ServerAnswer, statusOf } from './error-details.ts';

const brand = Symbol.for('@outbound-auth/core/error/v1');

/**
 * The base of every error that Outbound Auth throws. It holds no secret and no token.
 *
 * @example
 * ```ts
 * import { isOutboundAuthError, type OutboundAuth } from '@outbound-auth/core';
 *
 * async function invoices(auth: OutboundAuth): Promise<Response | undefined> {
 *   try {
 *     return await auth.fetch('https://api.billing.example/v2/invoices');
 *   } catch (error) {
 *     if (isOutboundAuthError(error) && error.code === 'token_request_refused') return undefined;
 *     throw error;
 *   }
 * }
 * ```
 */
export class OutboundAuthError extends Error {
  static {
    // On the prototype, so that no log line of an error's own members shows them.
    Object.defineProperty(this.prototype, 'name', { value: 'OutboundAuthError', configurable: true, writable: true });
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  readonly code: ErrorCode;
  // Declared alone, for a field that is defined shows as `undefined` in every log.
  /** The name of the client concerned. */
  declare readonly client?: string;
  /** What the authorization server answered, where that caused the error. */
  declare readonly server?: ServerAnswer;
  /** In how many seconds it may be worth asking again, where that is known: nothing is sent before. */
  declare readonly retryAfter?: number;
  /** The HTTP status for a framework to answer with: 401, 500, 502, 503 or 504. Not the authorization server's. */
  readonly status: number;
  /** Always false: the message is for the service's operator, not for its users (Koa and `http-errors` heed it). */
  readonly expose: boolean = false;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.status = statusOf(details);
    if (details.client !== undefined) this.client = details.client;
    if (details.server !== undefined) this.server = details.server;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
  }

  /** What a framework adds to its answer: `Retry-After`, where it is known (Express and Koa heed it). */
  get headers(): Readonly<Record<string, string>> {
    return this.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(this.retryAfter)) };
  }

  /** An equal error of its own for each caller that waits for the same thing: frameworks write into errors. */
  copy(changes?: Partial<ErrorDetails>): OutboundAuthError {
    return new OutboundAuthError(this.message, { ...detailsOf(this), ...changes });
  }
}

// `cause` is no enumerable member.
function detailsOf({ code, client, server, retryAfter, cause }: OutboundAuthError): ErrorDetails {
  return { code, client, server, retryAfter, cause };
}

/** One mistake in the options: where it is and how to mend it. */
export interface OptionProblem {
  /** For example `clients.billing.attachTo[0]`. */
  readonly path: string;
  /** What is wrong there, and the remedy. It shows no value that may be secret. */
  readonly message: string;
}

/**
 * All mistakes in the options, in one error. Its code is `invalid_options`.
 *
 * @example
 * ```ts
 * import { OptionsError } from '@outbound-auth/core';
 *
 * export function printProblems(error: unknown): void {
 *   if (!(error instanceof OptionsError)) throw error;
 *   for (const { path, message } of error.problems) console.error(`${path}: ${message}`);
 * }
 * ```
 */
export class OptionsError extends OutboundAuthError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'OptionsError', configurable: true, writable: true });
  }

  readonly problems: readonly OptionProblem[];

  constructor(problems: readonly OptionProblem[]) {
    super(['wrong options:', ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join('\n'), {
      code: 'invalid_options',
    });
    this.problems = problems;
  }

  override copy(): OptionsError {
    return new OptionsError(this.problems);
  }
}

/**
 * No token could be had: the server can't be reached, refused the request, or took too long.
 *
 * @example
 * ```ts
 * import { type OutboundAuth, TokenRequestError } from '@outbound-auth/core';
 *
 * export async function isReady(auth: OutboundAuth): Promise<boolean> {
 *   try {
 *     return (await auth.client('billing').getAccessToken()).expiresAt > Date.now();
 *   } catch (error) {
 *     if (error instanceof TokenRequestError) return false;
 *     throw error;
 *   }
 * }
 * ```
 */
export class TokenRequestError extends OutboundAuthError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'TokenRequestError', configurable: true, writable: true });
  }

  override copy(changes?: Partial<ErrorDetails>): TokenRequestError {
    return new TokenRequestError(this.message, { ...detailsOf(this), ...changes });
  }
}

/** The server answered, but not with what was asked for: a refusal, a failure, or something that is no token response. */
export class TokenResponseError extends TokenRequestError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'TokenResponseError', configurable: true, writable: true });
  }

  override copy(changes?: Partial<ErrorDetails>): TokenResponseError {
    return new TokenResponseError(this.message, { ...detailsOf(this), ...changes });
  }
}

/**
 * Whether `error` is one of ours, also when it comes from another copy of this package (ESM beside CommonJS).
 *
 * @example
 * ```ts
 * import { isOutboundAuthError } from '@outbound-auth/core';
 *
 * const code = (error: unknown) => (isOutboundAuthError(error) ? error.code : undefined);
 * ```
 */
export function isOutboundAuthError(error: unknown): error is OutboundAuthError {
  return typeof error === 'object' && error !== null && brand in error;
}

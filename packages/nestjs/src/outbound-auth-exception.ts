import { HttpException } from '@nestjs/common';
import type { ErrorCode, OutboundAuthError } from '@outbound-auth/core';
import { STATUS_CODES } from 'node:http';

/**
 * What reaches the exception filters where a handler or an interceptor of an HTTP or GraphQL request failed with an
 * `OutboundAuthError`: its status, 401, 500, 502, 503 or 504, with the usual words for it. The error itself is the `cause`;
 * interceptors see that one alone, and so do filters where a guard or a middleware failed with it.
 *
 * @example
 * ```ts
 * import { type ArgumentsHost, Catch } from '@nestjs/common';
 * import { BaseExceptionFilter } from '@nestjs/core';
 * import { OutboundAuthException } from '@outbound-auth/nestjs';
 *
 * @Catch(OutboundAuthException)
 * export class UpstreamFilter extends BaseExceptionFilter {
 *   override catch(exception: OutboundAuthException, host: ArgumentsHost): void {
 *     console.error(`${exception.client}: ${exception.code}`);
 *     super.catch(exception, host);
 *   }
 * }
 * ```
 */
export class OutboundAuthException extends HttpException {
  /** What the request failed with. */
  declare readonly cause: OutboundAuthError;

  constructor(error: OutboundAuthError) {
    const { status: statusCode } = error;
    // As that of Nest's own: its drivers for GraphQL look for the `statusCode`.
    super({ message: STATUS_CODES[statusCode], statusCode }, statusCode, { cause: error });
  }

  /** Of the error. */
  get code(): ErrorCode {
    return this.cause.code;
  }

  /** The name of the client concerned. */
  get client(): string | undefined {
    return this.cause.client;
  }

  /** In how many seconds it may be worth asking again, where that is known. */
  get retryAfter(): number | undefined {
    return this.cause.retryAfter;
  }

  /** What users are shown, and no more. */
  toJSON(): string | object {
    return this.getResponse();
  }
}

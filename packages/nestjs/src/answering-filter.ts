import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { BaseExceptionFilter, type HttpAdapterHost } from '@nestjs/core';
import { isOutboundAuthError, OutboundAuthError } from '@outbound-auth/core';
import { answerable } from './answerable.ts';

/** By this, Nest knows the errors of other copies of core too. */
class OfAnyCopy extends OutboundAuthError {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOutboundAuthError(value);
  }
}

/** Answers what guards and middleware fail with, which run before the interceptor, where the application has no filter for it. */
@Catch(OfAnyCopy)
export class AnsweringFilter implements ExceptionFilter {
  readonly #adapterHost: HttpAdapterHost;

  constructor(adapterHost: HttpAdapterHost) {
    this.#adapterHost = adapterHost;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const exception = answerable(error, host, this.#adapterHost);
    // Nest does by itself what it does without a filter.
    if (exception === error) return;
    if (host.getType() !== 'http') throw exception;
    new BaseExceptionFilter(this.#adapterHost.httpAdapter).catch(exception, host);
  }
}

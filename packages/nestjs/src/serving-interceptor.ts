import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { catchError, type Observable } from 'rxjs';
import { answerable } from './answerable.ts';
import type { AuthLifecycle } from './auth-lifecycle.ts';
import { handledIn } from './handled-in.ts';

interface Request {
  /** Node's own, which Fastify's has within it: a middleware before it knows the request by that. */
  readonly raw?: object;
  readonly headers: { readonly authorization?: string | undefined };
}

/** Serves each request by the choice made for it, on behalf of its user, and lets Nest answer by the status of our errors. */
export class ServingInterceptor implements NestInterceptor {
  readonly #lifecycle: AuthLifecycle;
  readonly #adapterHost: HttpAdapterHost;

  constructor(lifecycle: AuthLifecycle, adapterHost: HttpAdapterHost) {
    this.#lifecycle = lifecycle;
    this.#adapterHost = adapterHost;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.getType() === 'http' ? context.switchToHttp().getRequest<Request>() : undefined;
    const served = this.#lifecycle.serving()?.(authorizationOf(request), context, request?.raw ?? request);
    const handled = served === undefined ? next.handle() : handledIn(served, next);
    return handled.pipe(
      catchError((error: unknown) => {
        throw answerable(error, context, this.#adapterHost);
      }),
    );
  }
}

/** The header that a bearer token came in; null where whoever calls `withSubjectToken` around it is not overruled. */
function authorizationOf(request: Request | undefined): string | null {
  const { authorization = '' } = request?.headers ?? {};
  return /^Bearer /i.test(authorization) ? authorization : null;
}

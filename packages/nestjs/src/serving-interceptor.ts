import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { catchError, type Observable } from 'rxjs';
import { answerable } from './answerable.ts';
import type { AuthLifecycle } from './auth-lifecycle.ts';
import { handledIn } from './handled-in.ts';

interface Request {
  readonly headers: { readonly authorization?: string | undefined };
}

// Of several modules, those that know of no session leave the user alone whom another has found.
const found = new WeakSet<ExecutionContext>();

/** Serves each request by the choice made for it, on behalf of its user, and lets Nest answer by the status of our errors. */
export class ServingInterceptor implements NestInterceptor {
  readonly #lifecycle: AuthLifecycle;
  readonly #httpAdapter: AbstractHttpAdapter | undefined;

  constructor(lifecycle: AuthLifecycle, httpAdapter: AbstractHttpAdapter | undefined) {
    this.#lifecycle = lifecycle;
    this.#httpAdapter = httpAdapter;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.#lifecycle.tellsUsers) found.add(context);
    const authorization = found.has(context) ? null : authorizationOf(context);
    const served = this.#lifecycle.serving()?.(authorization, context);
    const handled = served === undefined ? next.handle() : handledIn(served, next);
    return handled.pipe(
      catchError((error: unknown) => {
        throw answerable(error, context, this.#httpAdapter);
      }),
    );
  }
}

/** The header that a bearer token came in; null where whoever calls `withSubjectToken` around it is not overruled. */
function authorizationOf(context: ExecutionContext): string | null {
  if (context.getType() !== 'http') return null;
  const { authorization = '' } = context.switchToHttp().getRequest<Request>().headers;
  return /^Bearer /i.test(authorization) ? authorization : null;
}

import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { isOutboundAuth, outboundFor } from '@outbound-auth/core';
import { Observable } from 'rxjs';
import { getOutboundAuthToken } from './tokens.ts';

interface Request {
  readonly headers: { readonly authorization?: string | undefined };
}

/** Serves each HTTP request on behalf of the user whose bearer token it came with. */
export class ServingInterceptor implements NestInterceptor {
  readonly #moduleRef: ModuleRef;

  // Not `OutboundAuth` itself: for one that is request-scoped, `AuthLifecycle` says what is wrong, and Nest less.
  constructor(moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const authorization = authorizationOf(context);
    // Whoever calls `withSubjectToken` for a request without a bearer token, for a session's user, is not overruled.
    const served = authorization === undefined ? undefined : this.#serving()?.(authorization);
    if (served === undefined) return next.handle();
    // Subscribed in it too: a handler may return what calls only when it is subscribed to, as `HttpService` does.
    return new Observable((subscriber) => served.run(() => next.handle().subscribe(subscriber)));
  }

  #serving(): ReturnType<typeof outboundFor> | undefined {
    const auth = this.#moduleRef.get<unknown>(getOutboundAuthToken());
    // A test may have put something of its own in its place.
    return isOutboundAuth(auth) ? outboundFor(auth, 'OutboundAuthModule') : undefined;
  }
}

/** The header that a bearer token came in. */
function authorizationOf(context: ExecutionContext): string | undefined {
  if (context.getType() !== 'http') return undefined;
  const { authorization } = context.switchToHttp().getRequest<Request>().headers;
  return /^Bearer /i.test(authorization ?? '') ? authorization : undefined;
}

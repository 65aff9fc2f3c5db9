import type { CallHandler } from '@nestjs/common';
import type { Serving } from '@outbound-auth/core';
import { Observable } from 'rxjs';

/** Subscribed in it too: a handler may return what calls only when it is subscribed to, as `HttpService` does. */
export function handledIn({ run }: Serving, next: CallHandler): Observable<unknown> {
  return new Observable((subscriber) => run(() => next.handle().subscribe(subscriber)));
}

import { type CallHandler, type ExecutionContext, Inject, type NestInterceptor, UseInterceptors } from '@nestjs/common';
import { type ClientName, isOutboundAuth, outboundFor } from '@outbound-auth/core';
import type { Observable } from 'rxjs';
import { handledIn } from './handled-in.ts';
import { getOutboundAuthToken, getOutboundClientToken } from './tokens.ts';

/**
 * Has the calls of a controller or one of its methods take this client, where its `attachTo` covers their address: calls by
 * `auth.fetch` and by an `HttpService` that finds its clients by address. Other addresses find their client as always, and
 * a client that a call names goes first. A method's goes before that of its controller, and both before `resolve`. The
 * application doesn't start if there is no such client.
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { OutboundAuth } from '@outbound-auth/core';
 * import { UseOutboundClient } from '@outbound-auth/nestjs';
 *
 * @Controller('invoices')
 * export class InvoiceController {
 *   constructor(private readonly auth: OutboundAuth) {}
 *
 *   @Get()
 *   @UseOutboundClient('billing-for-users')
 *   async list(): Promise<unknown> {
 *     const response = await this.auth.fetch('https://api.billing.example/v2/invoices');
 *     return response.json();
 *   }
 * }
 * ```
 */
export function UseOutboundClient(client: ClientName): ClassDecorator & MethodDecorator;
/** Of the instance that has this name. */
export function UseOutboundClient(client: string, name: string): ClassDecorator & MethodDecorator;
export function UseOutboundClient(client: string, name?: string): ClassDecorator & MethodDecorator {
  class ClientInterceptor implements NestInterceptor {
    readonly #serve: ReturnType<typeof outboundFor<void>> | undefined;

    // The client is injected because Nest looks for it at boot, so that is when an unknown one fails.
    constructor(
      @Inject(getOutboundAuthToken(name)) auth: unknown,
      @Inject(getOutboundClientToken(client, name)) _client: unknown,
    ) {
      // A test may have put something of its own in its place.
      if (isOutboundAuth(auth)) {
        this.#serve = outboundFor(auth, '@UseOutboundClient', { resolve: () => ({ client }) });
      }
    }

    intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
      return this.#serve === undefined ? next.handle() : handledIn(this.#serve(null), next);
    }
  }
  return UseInterceptors(ClientInterceptor);
}

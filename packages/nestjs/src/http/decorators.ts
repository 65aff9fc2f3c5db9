import { Inject } from '@nestjs/common';
import type { ClientName } from '@outbound-auth/core';
import { getOutboundHttpToken } from '../tokens.ts';

/**
 * Injects the `HttpService` of a client; without one, that whose calls find their client by address.
 *
 * @example
 * ```ts
 * import { HttpService } from '@nestjs/axios';
 * import { Injectable } from '@nestjs/common';
 * import { InjectOutboundHttp } from '@outbound-auth/nestjs/axios';
 * import { firstValueFrom } from 'rxjs';
 *
 * @Injectable()
 * export class InvoiceService {
 *   constructor(@InjectOutboundHttp('billing') private readonly http: HttpService) {}
 *
 *   async list(): Promise<unknown> {
 *     const response = await firstValueFrom(this.http.get<unknown>('/invoices'));
 *     return response.data;
 *   }
 * }
 * ```
 */
export function InjectOutboundHttp(client?: ClientName): PropertyDecorator & ParameterDecorator;
/** Of the instance that has this name. */
export function InjectOutboundHttp(client: string | undefined, name: string): PropertyDecorator & ParameterDecorator;
export function InjectOutboundHttp(client?: string, name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getOutboundHttpToken(client, name));
}

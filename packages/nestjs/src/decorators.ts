import { Inject } from '@nestjs/common';
import type { ClientName } from '@outbound-auth/core';
import { getOutboundAuthToken, getOutboundClientToken } from './tokens.ts';

/**
 * Injects the application's `OutboundAuth`. Where the constructor's parameter has that type, nothing is needed.
 *
 * @param name The `name` of the instance, where the application has several. Default: the one without a name.
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import { OutboundAuth } from '@outbound-auth/core';
 * import { InjectOutboundAuth } from '@outbound-auth/nestjs';
 *
 * @Injectable()
 * export class InvoiceService {
 *   constructor(@InjectOutboundAuth() private readonly auth: OutboundAuth) {}
 *
 *   list(): Promise<Response> {
 *     return this.auth.fetch('https://api.billing.example/v2/invoices');
 *   }
 * }
 * ```
 */
export function InjectOutboundAuth(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getOutboundAuthToken(name));
}

/**
 * Injects the `OutboundClient` of this name. The application doesn't start if there is none.
 *
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import { OutboundClient } from '@outbound-auth/core';
 * import { InjectOutboundClient } from '@outbound-auth/nestjs';
 *
 * @Injectable()
 * export class InvoiceService {
 *   constructor(@InjectOutboundClient('billing') private readonly billing: OutboundClient) {}
 *
 *   list(): Promise<Response> {
 *     return this.billing.fetch('https://api.billing.example/v2/invoices');
 *   }
 * }
 * ```
 */
export function InjectOutboundClient(client: ClientName): PropertyDecorator & ParameterDecorator;
/** Of the instance that has this name. */
export function InjectOutboundClient(client: string, name: string): PropertyDecorator & ParameterDecorator;
export function InjectOutboundClient(client: string, name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getOutboundClientToken(client, name));
}

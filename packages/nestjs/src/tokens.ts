import type { ClientName } from '@outbound-auth/core';

// Under Symbol.for, so that an ESM and a CommonJS copy of this package inject the same. Nest puts the description into
// its boot error when a token has no provider, so each says where its provider comes from.
const version = '@outbound-auth/nestjs/v1';

/**
 * The token of the application's `OutboundAuth`, to inject or override it.
 *
 * @param name The `name` of the instance, where the application has several. Default: the one without a name.
 * @example
 * ```ts
 * import { Test } from '@nestjs/testing';
 * import { createOutboundAuth } from '@outbound-auth/core';
 * import { getOutboundAuthToken } from '@outbound-auth/nestjs';
 *
 * const auth = createOutboundAuth({
 *   clients: {
 *     billing: {
 *       tokenEndpoint: 'http://127.0.0.1:8080/token',
 *       clientId: 'test',
 *       clientSecret: 'test-secret',
 *       attachTo: ['http://127.0.0.1:8081'],
 *     },
 *   },
 * });
 *
 * export const testingModule = Test.createTestingModule({ imports: [] })
 *   .overrideProvider(getOutboundAuthToken())
 *   .useValue(auth)
 *   .compile();
 * ```
 */
export function getOutboundAuthToken(name?: string): symbol {
  return name === undefined
    ? Symbol.for(`${version}: OutboundAuth, from OutboundAuthModule.forRoot or forRootAsync`)
    : Symbol.for(`${version}: OutboundAuth '${name}', from OutboundAuthModule.forRoot or forRootAsync of this name`);
}

/**
 * The token of one `OutboundClient`, to inject or override it.
 *
 * @example
 * ```ts
 * import { OutboundClient } from '@outbound-auth/core';
 * import { getOutboundClientToken } from '@outbound-auth/nestjs';
 *
 * export const invoices = {
 *   provide: 'INVOICES',
 *   inject: [getOutboundClientToken('billing')],
 *   useFactory: (billing: OutboundClient) => () => billing.fetch('https://api.billing.example/v2/invoices'),
 * };
 * ```
 */
export function getOutboundClientToken(client: ClientName): symbol;
/** Of the instance that has this name. */
export function getOutboundClientToken(client: string, name: string | undefined): symbol;
export function getOutboundClientToken(client: string, name?: string): symbol {
  const from = 'from forRoot, forRootAsync({ clients }) or forFeature';
  return name === undefined
    ? Symbol.for(`${version}: OutboundClient '${client}', ${from}`)
    : Symbol.for(`${version}: OutboundClient '${client}' of '${name}', ${from} of this name`);
}

/**
 * The token of the `HttpService` of one client, or of the one that finds the client by address (without a client).
 *
 * @example
 * ```ts
 * import { HttpService } from '@nestjs/axios';
 * import { getOutboundHttpToken } from '@outbound-auth/nestjs';
 *
 * export const invoices = {
 *   provide: 'INVOICES',
 *   inject: [getOutboundHttpToken('billing')],
 *   useFactory: (http: HttpService) => () => http.get('/v2/invoices'),
 * };
 * ```
 */
export function getOutboundHttpToken(client?: ClientName): symbol;
/** Of the instance that has this name. */
export function getOutboundHttpToken(client: string | undefined, name: string | undefined): symbol;
export function getOutboundHttpToken(client?: string, name?: string): symbol {
  const whose = client === undefined ? 'by address' : `of '${client}'`;
  const from = 'from OutboundHttpModule.register or registerAsync';
  return name === undefined
    ? Symbol.for(`${version}: HttpService ${whose}, ${from}`)
    : Symbol.for(`${version}: HttpService ${whose}, ${from} with auth: '${name}'`);
}

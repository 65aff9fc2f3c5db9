import type { ClientName } from '@outbound-auth/core';

// Under Symbol.for, so that an ESM and a CommonJS copy of this package inject the same. Nest puts the description into
// its boot error when a token has no provider, so each says where its provider comes from.
const version = '@outbound-auth/nestjs/v1';

/**
 * The token of the application's `OutboundAuth`, to inject or override it.
 *
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
export function getOutboundAuthToken(): symbol {
  return Symbol.for(`${version}: OutboundAuth, from OutboundAuthModule.forRoot or forRootAsync`);
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
export function getOutboundClientToken(name: ClientName): symbol {
  return Symbol.for(`${version}: OutboundClient '${name}', from forRoot, forRootAsync({ clients }) or forFeature`);
}

/**
 * The token of the `HttpService` of one client, or of the one that finds the client by address (without a name).
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
export function getOutboundHttpToken(name?: ClientName): symbol {
  const whose = name === undefined ? 'by address' : `of '${name}'`;
  return Symbol.for(`${version}: HttpService ${whose}, from OutboundHttpModule.register or registerAsync`);
}

import { Controller } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createOutboundAuth, type OutboundAuth, OutboundClient } from '@outbound-auth/core';
import { beforeAll, expect, it, vi } from 'vitest';
import {
  getOutboundAuthToken,
  getOutboundClientToken,
  getOutboundHttpToken,
  OutboundAuthModule,
} from '../src/index.ts';
import { exampleOptions } from './example-options.ts';

let copy: typeof import('./both.ts');

beforeAll(async () => {
  vi.resetModules();
  copy = await import('./both.ts');
});

// An ESM and a CommonJS copy may be of different releases: what is written here stays.
it('keeps its tokens from release to release', () => {
  expect([
    getOutboundAuthToken(),
    getOutboundClientToken('billing'),
    getOutboundHttpToken('billing'),
    getOutboundHttpToken(),
    getOutboundAuthToken('partners'),
    getOutboundClientToken('billing', 'partners'),
    getOutboundHttpToken('billing', 'partners'),
    getOutboundHttpToken(undefined, 'partners'),
  ]).toEqual(
    [
      'OutboundAuth, from OutboundAuthModule.forRoot or forRootAsync',
      "OutboundClient 'billing', from forRoot, forRootAsync({ clients }) or forFeature",
      "HttpService of 'billing', from OutboundHttpModule.register or registerAsync",
      'HttpService by address, from OutboundHttpModule.register or registerAsync',
      "OutboundAuth 'partners', from OutboundAuthModule.forRoot or forRootAsync of this name",
      "OutboundClient 'billing' of 'partners', from forRoot, forRootAsync({ clients }) or forFeature of this name",
      "HttpService of 'billing', from OutboundHttpModule.register or registerAsync with auth: 'partners'",
      "HttpService by address, from OutboundHttpModule.register or registerAsync with auth: 'partners'",
    ].map((text) => Symbol.for(`@outbound-auth/nestjs/v1: ${text}`)),
  );
});

it('E55 two copies of this package and of core inject each other’s providers', async () => {
  const auth = copy.createOutboundAuth(exampleOptions);
  const app = await Test.createTestingModule({
    imports: [OutboundAuthModule.forRoot(auth), copy.OutboundAuthModule.forFeature(['ledger'])],
  }).compile();
  expect(copy.OutboundAuthModule).not.toBe(OutboundAuthModule);
  expect(app.get(copy.getOutboundAuthToken())).toBe(auth);
  expect(app.get(copy.getOutboundClientToken('ledger'), { strict: false })).toBe(auth.client('ledger'));
});

it('E55 two copies know the same instance by its name, in decorators too', async () => {
  const auth = copy.createOutboundAuth(exampleOptions);
  @Controller()
  @copy.UseOutboundClient('ledger', 'partners')
  class LedgerController {
    readonly client: OutboundClient;

    constructor(@copy.InjectOutboundClient('ledger', 'partners') client: OutboundClient) {
      this.client = client;
    }
  }
  const app = await Test.createTestingModule({
    imports: [OutboundAuthModule.forRoot(auth, { name: 'partners', clients: ['ledger'] })],
    controllers: [LedgerController],
  }).compile();
  expect(app.get(LedgerController).client).toBe(auth.client('ledger'));
});

it('E55 an OutboundAuth is injected by the type of the copy that the module was loaded with', async () => {
  const auth: OutboundAuth<string> = createOutboundAuth(exampleOptions);
  const app = await Test.createTestingModule({ imports: [copy.OutboundAuthModule.forRoot(auth)] }).compile();
  expect(app.get(copy.OutboundAuth)).toBe(auth);
});

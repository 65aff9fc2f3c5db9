import type { HttpService } from '@nestjs/axios';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { AxiosRequestConfig } from 'axios';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getOutboundHttpToken, OutboundAuthModule } from '../../src/index.ts';
import {
  OutboundHttpModule,
  type OutboundHttpModuleAsyncOptions,
  type OutboundHttpOptionsFactory,
} from '../../src/http/index.ts';
import { startUpstream, statusOf, type Upstream } from './upstream.ts';

let upstream: Upstream;

beforeEach(async () => {
  upstream = await startUpstream();
});

afterEach(() => upstream[Symbol.asyncDispose]());

const path = Symbol('path');

@Injectable()
class OptionsMaker implements OutboundHttpOptionsFactory {
  createOutboundHttpOptions(): AxiosRequestConfig {
    return { baseURL: `${upstream.api.origin}/billing` };
  }
}

@Module({ providers: [OptionsMaker, { provide: path, useValue: '/billing' }], exports: [OptionsMaker, path] })
class OptionsModule {}

const baseFrom = (below: string): AxiosRequestConfig => ({ baseURL: upstream.api.origin + below });
const forms: Record<string, OutboundHttpModuleAsyncOptions> = {
  'a factory': { imports: [OptionsModule], inject: [path], useFactory: baseFrom },
  'an async factory': {
    imports: [OptionsModule],
    inject: [path],
    useFactory: (below: string) => Promise.resolve(baseFrom(below)),
  },
  'a class': { useClass: OptionsMaker },
  'an existing provider': { imports: [OptionsModule], useExisting: OptionsMaker },
};

describe.each(Object.entries(forms))('registerAsync with %s', (_form, options) => {
  it('makes an HttpService of the configuration, whose calls carry the client’s token', async () => {
    const app = await Test.createTestingModule({
      imports: [
        OutboundAuthModule.forRoot(upstream.options),
        OutboundHttpModule.registerAsync({ ...options, client: 'billing' }),
      ],
    }).compile();
    const service = app.get<HttpService>(getOutboundHttpToken('billing'), { strict: false });
    expect(await statusOf(service, '/invoices')).toBe(200);
    expect(upstream.callers()).toEqual([['/billing/invoices', 'id-of-billing']]);
  });
});

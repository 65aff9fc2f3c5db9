import type { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { startUpstream } from '@outbound-auth/testing';
import { firstValueFrom } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import { InjectOutboundHttp, OutboundHttpModule } from '../../src/http/index.ts';
import { getOutboundHttpToken, OutboundAuthModule } from '../../src/index.ts';

it('E36 OutboundHttpModule takes clients of one name from several instances', async () => {
  const [one, two] = await Promise.all([startUpstream(), startUpstream()]);
  onTestFinished(async () => {
    await Promise.all([one.close(), two.close()]);
  });
  @Injectable()
  class CallingService {
    readonly all: readonly HttpService[];

    constructor(
      @InjectOutboundHttp('billing') ofOwn: HttpService,
      @InjectOutboundHttp('billing', 'partners') ofPartners: HttpService,
      @InjectOutboundHttp(undefined, 'partners') byAddress: HttpService,
    ) {
      this.all = [ofOwn, ofPartners, byAddress];
    }
  }
  const app = await Test.createTestingModule({
    imports: [
      OutboundAuthModule.forRoot({ clients: { billing: one.client } }),
      OutboundAuthModule.forRoot({ clients: { billing: two.client }, name: 'partners' }),
      OutboundHttpModule.register({ client: 'billing', baseURL: one.api.origin }),
      OutboundHttpModule.registerAsync({
        client: 'billing',
        auth: 'partners',
        useFactory: () => ({ baseURL: two.api.origin }),
      }),
      OutboundHttpModule.register({ auth: 'partners', baseURL: two.api.origin }),
    ],
    providers: [CallingService],
  }).compile();
  const service = app.get(CallingService);
  for (const http of service.all) expect((await firstValueFrom(http.get('/'))).status).toBe(200);
  expect([one.api.requests.length, two.api.requests.length]).toEqual([1, 2]);
  expect(app.get(getOutboundHttpToken('billing', 'partners'), { strict: false })).toBe(service.all[1]);
});

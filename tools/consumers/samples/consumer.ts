import 'reflect-metadata';
import { HttpService } from '@nestjs/axios';
import { Injectable, Module } from '@nestjs/common';
import { attachOutboundAuth } from '@outbound-auth/axios';
import { createOutboundAuth, env, OutboundClient, type AccessToken, type ClientOptions } from '@outbound-auth/core';
import { empower } from '@outbound-auth/core/providers';
import { outboundAuth as forExpress } from '@outbound-auth/express';
import { outboundAuth as forKoa } from '@outbound-auth/koa';
import { defineOutboundAuth, InjectOutboundClient, OutboundAuthModule } from '@outbound-auth/nestjs';
import { InjectOutboundHttp, OutboundHttpModule } from '@outbound-auth/nestjs/axios';
import { redisStore } from '@outbound-auth/redis';
import {
  fakeOutboundAuth,
  manualClock,
  startAuthorizationServer,
  staticToken,
  type FakeOutboundAuth,
} from '@outbound-auth/testing';
import axios from 'axios';
import express from 'express';
import Koa from 'koa';
import { createClient } from 'redis';

const billing: ClientOptions = {
  tokenEndpoint: 'https://idp.example.com/token',
  clientId: 'orders-service',
  clientSecret: env('BILLING_SECRET'),
  attachTo: ['https://api.billing.example'],
};
export const auth = createOutboundAuth({ clients: { billing } });
export const plans: ClientOptions = empower({
  tokenEndpoint: 'https://auth.empower.example/token',
  clientId: 'orders-service',
  clientSecret: env('EMPOWER_SECRET'),
  apiKey: env('EMPOWER_API_KEY'),
  attachTo: ['https://api.empower.example'],
});
export const token: Promise<AccessToken> = auth.client('billing').getAccessToken({ scope: 'invoices:write' });
// @ts-expect-error: client names are inferred
auth.client('biling');

export const shared = createOutboundAuth({ clients: { billing }, store: redisStore({ url: env('REDIS_URL') }) });
export const ofOnesOwn = redisStore({ client: createClient({ url: 'redis://127.0.0.1:6379' }) });

export const tested = async () => {
  await using server = await startAuthorizationServer({ clock: manualClock() });
  return server.issuedTokens.length;
};

export const fake: FakeOutboundAuth<'billing'> = fakeOutboundAuth(
  { billing: 'a-token' },
  { respond: ({ url }) => (url.endsWith('/') ? Response.json([]) : undefined) },
);
export const sent: string | undefined = fake.calls[0]?.headers['authorization'];
// @ts-expect-error: client names are inferred
fake.fail('biling');
export const testedOptions = createOutboundAuth({
  clients: { billing: { ...billing, grant: staticToken(({ scope }) => `for-${scope ?? 'all'}`) } },
});
export const faked = [
  forExpress(fake),
  forKoa(fake),
  attachOutboundAuth(axios.create(), fake, { client: 'billing' }),
  OutboundAuthModule.forRoot(fake, { clients: ['billing'] }),
];

export const app = express();
app.use(forExpress(auth));
app.get('/', (req, res, next) => {
  req.outbound.fetch('https://api.billing.example').then(({ status }) => res.sendStatus(status), next);
});

export const koa = new Koa();
koa.use(forKoa(auth));
koa.use(async (ctx) => {
  ctx.status = (await ctx.outbound.fetch('https://api.billing.example')).status;
});

export const http = axios.create();
attachOutboundAuth(http, auth);
export const call = http.get('https://api.billing.example', { outboundAuth: { client: 'billing' } });

@Injectable()
export class InvoiceService {
  readonly client: OutboundClient;
  readonly http: HttpService;

  constructor(
    @InjectOutboundClient('billing') client: OutboundClient,
    @InjectOutboundHttp('billing') http: HttpService,
  ) {
    this.client = client;
    this.http = http;
  }

  list() {
    return this.http.get('/invoices', { outboundAuth: { scope: 'invoices:read' } });
  }
}

@Module({
  imports: [
    OutboundAuthModule.forRootAsync({
      clients: ['billing'],
      useFactory: () => defineOutboundAuth({ clients: { billing } }),
    }),
    OutboundHttpModule.register({ client: 'billing', baseURL: 'https://api.billing.example' }),
  ],
  providers: [InvoiceService],
})
export class AppModule {}

import type { OutboundAuth } from '@outbound-auth/core';
import { adapterContract, callByFetch, serveCalls, type ServedCalls } from '@outbound-auth/testing';
import type Koa from 'koa';
import type { RequestListener } from 'node:http';
import { describe, it } from 'vitest';
import { outboundAuth } from '../src/index.ts';
import { otherCore } from './other-core.ts';
import { versions } from './versions.ts';

function application(app: Koa, auth: OutboundAuth, calls: ServedCalls): RequestListener {
  app.silent = true;
  app.on('error', (error, ctx: Koa.Context) => {
    calls.failed(ctx.get('x-call'), error);
  });
  app.use(outboundAuth(auth));
  app.use(async (ctx) => {
    ctx.body = await callByFetch(calls.callOf(ctx.get('x-call')), (url, init) => ctx.outbound.fetch(url, init));
  });
  const callback = app.callback();
  return (req, res) => void callback(req, res);
}

for (const { name, Framework } of versions) {
  adapterContract(
    { describe, it },
    {
      name,
      byFetch: true,
      otherCore,
      start: (auth) => serveCalls((calls) => application(new Framework(), auth, calls)),
    },
  );
}

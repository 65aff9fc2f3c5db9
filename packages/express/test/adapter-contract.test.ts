import type { OutboundAuth } from '@outbound-auth/core';
import { adapterContract, callByFetch, serveCalls, type ServedCalls } from '@outbound-auth/testing';
import express from 'express';
import type { RequestListener } from 'node:http';
import { describe, it } from 'vitest';
import { outboundAuth } from '../src/index.ts';
import { otherCore } from './other-core.ts';
import { versions } from './versions.ts';

function application(framework: typeof express, auth: OutboundAuth, calls: ServedCalls): RequestListener {
  const app = framework();
  app.use(outboundAuth(auth));
  app.get('/', (req, res, next) => {
    // By `catch`, as Express 4 needs it.
    callByFetch(calls.callOf(req.headers['x-call']), (url, init) => req.outbound.fetch(url, init))
      .then((result) => res.json(result))
      .catch(next);
  });
  app.use((error: unknown, req: express.Request, res: express.Response, _next: express.NextFunction) => {
    calls.failed(req.headers['x-call'], error);
    res.status(500).end();
  });
  return app;
}

for (const { name, framework } of versions) {
  adapterContract(
    { describe, it },
    { name, byFetch: true, otherCore, start: (auth) => serveCalls((calls) => application(framework, auth, calls)) },
  );
}

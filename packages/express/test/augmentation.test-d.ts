import type { OutboundAuth } from '@outbound-auth/core';
import express from 'express';
import { expectTypeOf } from 'vitest';
import { outboundAuth } from '../src/index.ts';

declare const auth: OutboundAuth<'billing' | 'ledger'>;

const app = express();
app.use(outboundAuth(auth));
app.use('/v1', outboundAuth(auth), (req, res) => {
  expectTypeOf(req.outbound.fetch('https://api.example')).resolves.toEqualTypeOf<Response>();
  expectTypeOf(req.outbound.client('billing').name).toEqualTypeOf<string>();
  res.end();
});
express.Router().use(outboundAuth(auth));

app.use(
  outboundAuth(auth, {
    resolve: (req) => {
      expectTypeOf(req).toExtend<express.Request>();
      return { client: req.get('x-client') };
    },
    subjectToken: async (req) => req.get('x-token'),
  }),
);
app.use('/t/:tenant', outboundAuth<express.Request>(auth, { resolve: (req) => String(req.params['tenant']) }));
// @ts-expect-error -- a tenant has a name
outboundAuth(auth, { resolve: () => 7 });

// @ts-expect-error -- an auth is needed
outboundAuth();

import Router from '@koa/router';
import type { OutboundAuth } from '@outbound-auth/core';
import Koa from 'koa';
import { expectTypeOf } from 'vitest';
import { outboundAuth } from '../src/index.ts';

declare const auth: OutboundAuth<'billing' | 'ledger'>;

const app = new Koa<{ user?: string }, { extra: number }>();
app.use(outboundAuth(auth));
app.use(async (ctx) => {
  expectTypeOf(ctx.outbound.fetch('https://api.example')).resolves.toEqualTypeOf<Response>();
  expectTypeOf(ctx.outbound.client('billing').name).toEqualTypeOf<string>();
  // The application's own types survive.
  expectTypeOf(ctx.state.user).toEqualTypeOf<string | undefined>();
  expectTypeOf(ctx.extra).toEqualTypeOf<number>();
});

const router = new Router();
router.use(outboundAuth(auth));
router.get('/', async (ctx) => {
  expectTypeOf(ctx.outbound.fetch('https://api.example')).resolves.toEqualTypeOf<Response>();
});

// @ts-expect-error -- an auth is needed
outboundAuth();

// What authentication has left on the context is there.
app.use(outboundAuth(auth, { resolve: ({ state: { tenant } }) => String(tenant) }));
new Router().use(outboundAuth(auth, { resolve: ({ params }) => String(params) }));
app.use(outboundAuth<Koa.Context>(auth, { subjectToken: async (ctx) => ctx.cookies.get('token') }));
// @ts-expect-error -- a tenant has a name
outboundAuth(auth, { resolve: () => 7 });

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

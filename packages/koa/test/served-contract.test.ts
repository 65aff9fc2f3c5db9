import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import { attachOutboundAuth } from '@outbound-auth/axios';
import { servedContract } from '@outbound-auth/testing';
import axios from 'axios';
import type { ExtendableContext } from 'koa';
import { describe, it } from 'vitest';
import { outboundAuth } from '../src/index.ts';
import { otherCore } from './other-core.ts';
import { versions } from './versions.ts';

for (const { name, Framework } of versions) {
  servedContract(
    { describe, it },
    {
      name,
      // An answer that has begun is the application's to end.
      endsBegun: false,
      otherCore,
      serve: ({ auth, inner, resolve, subjectToken, answer }) => {
        const app = new Framework();
        app.env = 'production';
        const tokenOf = subjectToken && ((ctx: ExtendableContext) => subjectToken(ctx.req.headers));
        app.use(outboundAuth(auth, { resolve: (ctx) => resolve(ctx.req.headers), subjectToken: tokenOf }));
        app.use(bodyParser());
        const router = new Router();
        router.use('/inner', outboundAuth(inner));
        router.all(['/', '/inner'], async (ctx) => {
          const { body } = ctx.request;
          ctx.body = await answer({ outbound: ctx.outbound, headers: ctx.req.headers, body, response: ctx.res });
        });
        app.use(router.routes());
        const http = axios.create();
        attachOutboundAuth(http, auth);
        const ways = { 'an Axios instance': async (url: string) => (await http.get<string>(url)).data };
        const callback = app.callback();
        return Promise.resolve({ at: (req, res) => void callback(req, res), ways, close: () => Promise.resolve() });
      },
    },
  );
}

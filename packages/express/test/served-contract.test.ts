import { attachOutboundAuth } from '@outbound-auth/axios';
import { servedContract, type ServedScene } from '@outbound-auth/testing';
import axios from 'axios';
import express from 'express';
import { pipeline } from 'node:stream';
import { describe, it } from 'vitest';
import { outboundAuth } from '../src/index.ts';
import { otherCore } from './other-core.ts';
import { versions } from './versions.ts';

function routes(router: express.Router, { answer }: ServedScene): void {
  router.use(express.json());
  router.all('/', (req, res, next) => {
    const body: unknown = req.body;
    answer({ outbound: req.outbound, headers: req.headers, body, response: res })
      .then((given) => (typeof given === 'string' ? res.send(given) : pipeline(given, res, () => undefined)))
      // Express 4 looks at no promise.
      .catch(next);
  });
}

for (const { name, framework } of versions) {
  servedContract(
    { describe, it },
    {
      name,
      otherCore,
      serve: (scene) => {
        const app = framework();
        app.set('env', 'production');
        const { auth, resolve, subjectToken } = scene;
        const tokenOf = subjectToken && ((req: express.Request) => subjectToken(req.headers));
        app.use(outboundAuth(auth, { resolve: (req) => resolve(req.headers), subjectToken: tokenOf }));
        const inner = framework.Router();
        inner.use(outboundAuth(scene.inner));
        routes(inner, scene);
        app.use('/inner', inner);
        routes(app, scene);
        const http = axios.create();
        attachOutboundAuth(http, auth);
        const ways = { 'an Axios instance': async (url: string) => (await http.get<string>(url)).data };
        return Promise.resolve({ at: app, ways, close: () => Promise.resolve() });
      },
    },
  );
}

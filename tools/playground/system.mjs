import { randomUUID } from 'node:crypto';
import * as axios from './apps/axios.mjs';
import * as express from './apps/express.mjs';
import * as koa from './apps/koa.mjs';
import * as nestjs from './apps/nestjs.mjs';
import { startAuthorizationServer } from './authorization-server.mjs';
import { listen } from './listen.mjs';
import { Measurement } from './measurement.mjs';
import { serveProtectedApi } from './protected-api.mjs';

const kinds = [express, koa, nestjs, axios];

/** Starts the authorization server, the API and the four apps. */
export async function startSystem(serveApi = serveProtectedApi) {
  const secrets = Object.fromEntries(kinds.map(({ name }) => [name, randomUUID()]));
  const listening = await listen();
  const api = listening.origin;
  const server = await startAuthorizationServer(secrets, api);
  const { unauthorized } = serveApi(listening, server);
  const apps = [];
  for (const { name, start } of kinds) {
    const measurement = new Measurement();
    const { measured, onEvent } = measurement;
    const app = await start({ issuer: server.issuer, secrets, api, measured, onEvent });
    apps.push({
      name,
      measurement,
      ...app,
      tokenRequests: () => server.tokenRequests.get(name) ?? 0,
      unauthorized: () => unauthorized.get(name) ?? 0,
    });
  }
  return {
    apps,
    api,
    secrets,
    tokenEndpoint: server.tokenEndpoint,
    close: async () => {
      for (const app of apps) await app.close();
      await Promise.all([listening.close(), server.close()]);
    },
  };
}

import { randomUUID } from 'node:crypto';
import { startEmpower, startEmpowerId, startJwtPlatform, startUsageEngine } from '@outbound-auth-tools/emulators';
import { createOutboundAuth } from '@outbound-auth/core';
import { empower, empowerId, jwtPlatform, usageEngine } from '@outbound-auth/core/providers';
import { tokenLifetime } from './authorization-server.mjs';
import { listen } from './listen.mjs';
import { Measurement } from './measurement.mjs';

const clientId = 'orders-service';
const [clientSecret, apiKey, password] = [randomUUID(), randomUUID(), randomUUID()];

/** Each starts its emulator, and gives the client that the provider makes for it. */
const vendors = {
  'fetch: Empower': async () => {
    const clients = { [clientId]: { secret: clientSecret, scopes: ['plans:read'] } };
    const emulator = await startEmpower({ clients, apiKey, apiKeyOnTokenRequest: true, tokenLifetime });
    const { tokenEndpoint, api } = emulator;
    const scope = 'plans:read';
    const options = { tokenEndpoint, clientId, clientSecret, apiKey, apiKeyOnTokenRequest: true, scope };
    return { emulator, client: empower({ ...options, attachTo: [api] }) };
  },
  'fetch: JWT platform': async () => {
    // Such ids are chosen by customers, and this server compares bytes.
    const ownId = 'orders@example.com: Bücher + 100%';
    const emulator = await startJwtPlatform({
      clients: { [ownId]: { secret: clientSecret } },
      basic: 'raw',
      tokenLifetime,
    });
    const { origin: base } = new URL(emulator.tokenEndpoint);
    const options = { base, clientId: ownId, clientSecret, encoding: 'raw' };
    return { emulator, client: jwtPlatform({ ...options, attachTo: [emulator.api] }) };
  },
  'fetch: EmpowerID': async () => {
    const emulator = await startEmpowerId({
      clients: { [clientId]: { secret: clientSecret } },
      users: { orders: password },
      apiKey,
      requireApiKey: true,
      tokenLifetime,
    });
    const { origin: host } = new URL(emulator.tokenEndpoint);
    const options = { host, apiKey, clientId, clientSecret, username: 'orders', password, format: 'json' };
    return { emulator, client: empowerId({ ...options, attachTo: [emulator.api] }) };
  },
  'fetch: Usage Engine': async () => {
    const clients = { [clientId]: { secret: clientSecret, scopes: ['create:meters'] } };
    const emulator = await startUsageEngine({ clients, tokenLifetime });
    const { audience, tokenEndpoint } = emulator;
    return { emulator, client: usageEngine({ clientId, clientSecret, audience, tokenEndpoint }) };
  },
};

/** Starts the four vendors' systems, and a small app for each that calls its API by `auth.fetch`. */
export function startVendors() {
  return Promise.all(Object.entries(vendors).map(([name, start]) => startVendor(name, start)));
}

async function startVendor(name, start) {
  const { emulator, client } = await start();
  const measurement = new Measurement();
  const { measured, onEvent } = measurement;
  // A renewal is due as in the other apps: see apps/client-options.mjs.
  const auth = createOutboundAuth({ clients: { vendor: { ...client, renewalMarginShare: 0.4 } }, onEvent });
  const app = await listen(async (_request, response) => {
    try {
      const answer = await measured(() => auth.fetch(`${emulator.api}/invoices`));
      response.writeHead(answer.status).end(await answer.text());
    } catch (error) {
      response.writeHead(502).end(error.message);
    }
  });
  return {
    name,
    measurement,
    origin: app.origin,
    tokenRequests: () => emulator.tokenRequests.count,
    unauthorized: () => emulator.apiCalls.countOf('invalid_token') + emulator.apiCalls.countOf('no_token'),
    close: async () => {
      await Promise.all([app.close(), auth.close()]);
      await emulator.close();
    },
  };
}

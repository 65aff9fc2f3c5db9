import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { expect, it, onTestFinished } from 'vitest';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { upstreamFor } from '../../src/upstream/upstream-for.ts';
import { authFor, startWorld } from '../e2e/worlds.ts';
import { makeCertificates } from '../servers/certificates.ts';

const world = startWorld({ tls: true });

/** Statuses of calls through a proxy, whose agent shows a certificate or none, with tokens that are bound to one. */
async function statusesThrough(shown: 'its certificate' | 'none', host?: string): Promise<(number | string)[]> {
  const { ca, client } = await makeCertificates();
  const { cert, key } = client;
  const { clientId, clientSecret } = world().server.clients.bound;
  const clientAuthentication = Object.assign(clientSecretBasic(clientSecret), { certificate: { cert, key, ca } });
  const auth = authFor(world(), { clientId, clientAuthentication });
  const target = `${world().api.origin}/v2`;
  const upstream = upstreamFor(auth, 'upstreamAuth(auth)', 'billing', { target });
  const agent = new Agent({ keepAlive: true, ca, ...(shown === 'its certificate' && { cert, key }) });
  const server = createServer((incoming, response) => {
    const send = async (): Promise<void> => {
      await upstream.prepare(incoming);
      const headers = { ...incoming.headers, host: host ?? new URL(target).host };
      const outgoing = request(target, { agent, headers });
      outgoing.on('socket', () => {
        upstream.on.proxyReq(outgoing, incoming, response, { target });
      });
      outgoing.on('error', (error) => response.writeHead(502).end(error.message));
      outgoing.on('response', (answer: IncomingMessage) => answer.pipe(response.writeHead(answer.statusCode ?? 0)));
      incoming.pipe(outgoing);
    };
    send().catch((error: unknown) => response.writeHead(500).end(String(error)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    agent.destroy();
    server.close().closeAllConnections();
    await auth.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const statuses: (number | string)[] = [];
  for (let call = 0; call < 2; call += 1) {
    const answer = await fetch(`http://127.0.0.1:${address.port}/`);
    const text = await answer.text();
    statuses.push(answer.status === 502 ? text : answer.status);
  }
  return statuses;
}

it('carries tokens that are bound to a certificate where the proxy’s own agent shows it', async () => {
  expect(await statusesThrough('its certificate')).toEqual([200, 200]);
});

it('hands on the 401 that such a token gets without', async () => {
  expect(await statusesThrough('none')).toEqual([401, 401]);
});

it('E21 lets no caller choose the server by its Host header, which TLS would name to whoever stands before it', async () => {
  const [first] = await statusesThrough('its certificate', 'localhost:1');
  expect(first).toContain('changeOrigin: true');
});

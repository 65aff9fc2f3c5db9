import { manualClock, startAuthorizationServer } from '@outbound-auth/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { ClientOptions } from '../../src/options/options.ts';

async function startClient(options: Partial<ClientOptions>) {
  const server = await startAuthorizationServer();
  const { tokenEndpoint } = server;
  const own = { tokenEndpoint, clientId: 'orders', clientSecret: 's', attachTo: ['https://api.example'] };
  const auth = createOutboundAuth({ clients: { billing: { ...own, ...options } }, clock: manualClock() });
  onTestFinished(async () => {
    await auth.close();
    await server.close();
  });
  const sent = () => server.requests.map(({ parameters }) => parameters.get('authorization_details'));
  return { server, client: auth.client('billing'), sent };
}

const payment = { type: 'payment', amount: { currency: 'EUR', value: '12.50' }, actions: ['initiate'] };
const account = { type: 'account', locations: ['https://bank.example'] };

describe('authorization_details', () => {
  it('are the client’s, or those of a call in their place', async () => {
    const { client, sent } = await startClient({ authorizationDetails: [account] });
    await client.getAccessToken();
    await client.getAccessToken({ authorizationDetails: [payment, account] });
    await client.getAccessToken({ authorizationDetails: [] });
    expect(sent()).toEqual([JSON.stringify([account]), JSON.stringify([payment, account]), null]);
  });

  it('E08 tell one token from another', async () => {
    const { server, client } = await startClient({});
    const ask = async (...authorizationDetails: (typeof payment | typeof account)[]) =>
      (await client.getAccessToken({ authorizationDetails })).value;
    const [one, other, both] = [await ask(payment), await ask(account), await ask(payment, account)];
    expect(new Set([one, other, both, (await client.getAccessToken()).value]).size).toBe(4);
    expect(await ask({ ...payment })).toBe(one);
    expect(await ask(payment, account)).toBe(both);
    expect(await ask()).toBe((await client.getAccessToken()).value);
    expect(server.requests).toHaveLength(4);
  });

  it('are a text in a request of JSON too, as in a form', async () => {
    const { server, client } = await startClient({ tokenRequestFormat: 'json', authorizationDetails: [payment] });
    await client.getAccessToken();
    const body: unknown = JSON.parse(server.requests[0]?.body ?? '');
    expect(body).toMatchObject({ authorization_details: JSON.stringify([payment]) });
  });
});

import { createOutboundAuth } from '@outbound-auth/core';
import { expect, it, vi } from 'vitest';
import { readme } from './recipes.mjs';

const { run, runTests, server, start, api, unrun } = readme('packages/axios');
const billing = 'https://api.billing.example';
const ledger = 'https://ledger.example';
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('@outbound-auth/axios', async () => {
  const { invoices, http, detach } = await run('@outbound-auth/axios');
  expect((await invoices()).data).toMatchObject({ path: '/v2/invoices', ...withToken });
  detach();
  await expect(http.get(`${api(billing).origin}/v2/invoices`)).rejects.toMatchObject({ response: { status: 401 } });
});

it('Several upstreams', async () => {
  const { report } = await run('Several upstreams');
  const client = { tokenEndpoint: server().tokenEndpoint, clientId: 'orders', clientSecret: 'a secret' };
  const clients = {
    billing: { ...client, attachTo: [api(billing).origin] },
    ledger: { ...client, attachTo: [api(ledger).origin] },
  };
  // Its last call goes without a token.
  await expect(report(createOutboundAuth({ clients }))).rejects.toMatchObject({ response: { status: 401 } });
  expect(server().requests.map(({ parameters }) => parameters.get('scope'))).toEqual(['invoices:write', null]);
  expect(api(billing).requests).toMatchObject([{ method: 'POST', ...withToken }, { path: '/v2/status' }]);
  expect(api(billing).requests[1].headers).not.toHaveProperty('authorization');
  expect(api(ledger).requests).toMatchObject([{ path: '/books', ...withToken }]);
});

it('A tenant per request', async () => {
  const { invoicesOf } = await run('A tenant per request');
  const [acme, umbrella, again] = [await invoicesOf('acme'), await invoicesOf('umbrella'), await invoicesOf('acme')];
  const tokens = [acme, umbrella, again].map(({ data }) => data.headers.authorization);
  expect(server().issuedTokens.map(({ clientId }) => clientId)).toEqual(['acme', 'umbrella']);
  expect(tokens).toEqual([0, 1, 0].map((index) => `Bearer ${server().issuedTokens[index].accessToken}`));
  await expect(invoicesOf('somebody-else')).rejects.toMatchObject({ code: 'unknown_client' });
});

it('On behalf of the user', async () => {
  const { entries, entriesOf } = await run('On behalf of the user');
  expect((await entriesOf('the-token-of-Ada')).data).toMatchObject({ path: '/entries', ...withToken });
  expect(server().requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['the-token-of-Ada']);
  await expect(entries()).rejects.toMatchObject({ code: 'subject_token_missing' });
});

it('What happens then', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { invoices, axios } = await run('What happens then', { expose: ['axios'] });
  await expect(invoices(axios)).rejects.toThrow('401');
  expect(log.mock.calls).toEqual([['no invoices:', 401]]);
});

it('A test with no network', { timeout: 60_000 }, async () => {
  expect(await runTests('A test with no network')).toMatchObject({
    ok: true,
    output: expect.stringContaining('1 passed'),
  });
});

it('Graceful shutdown', { timeout: 60_000 }, async () => {
  const { origin, stop } = await start('Graceful shutdown');
  const gate = api(billing).hold();
  const draining = fetch(`${origin}/`);
  await api(billing).waitForRequests(1);
  const stopped = stop();
  gate.release();
  expect(await (await draining).json()).toMatchObject({ path: '/v2/invoices', ...withToken });
  expect(await stopped).toMatchObject({ code: 0, signal: null });
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

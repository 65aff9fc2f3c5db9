import { createOutboundAuth } from '@outbound-auth/core';
import { expect, it, vi } from 'vitest';
import { readme } from './recipes.mjs';

const { run, server, api, unrun } = readme('packages/axios');
const billing = 'https://api.billing.example';
const ledger = 'https://ledger.example';
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('@outbound-auth/axios', async () => {
  const { invoices, http, detach } = await run('@outbound-auth/axios');
  expect((await invoices()).data).toMatchObject({ path: '/v2/invoices', ...withToken });
  detach();
  await expect(http.get(`${api(billing).origin}/v2/invoices`)).rejects.toMatchObject({ response: { status: 401 } });
});

it('Which token a call gets', async () => {
  const { report } = await run('Which token a call gets');
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

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { arrived, bearerOf } from '../arrived.ts';
import { apiKey, type ProxySuite } from './proxy-scenario.ts';

const ofTheCaller = {
  AUTHORIZATION: 'Bearer of-the-caller',
  Cookie: ['session=of-the-caller', 'other=of-the-caller'],
  'Proxy-Authorization': 'Basic of-the-caller',
  DPoP: 'of-the-caller',
  'X-Api-Key': ['of-the-caller', 'of-the-caller'],
};

/** Whose credentials reach the upstream. */
export function proxiedCredentials({ test }: ProxySuite): void {
  test('puts the client’s token and API key on what the proxy sends', async ({ server, api, call }) => {
    const { status } = await call('/billing/invoices?page=2', { method: 'PUT', body: 'an invoice' });
    assert.equal(status, 200);
    const request = arrived(api, 0);
    assert.deepEqual([request.method, request.path, request.body], ['PUT', '/v2/invoices?page=2', 'an invoice']);
    assert.equal(bearerOf(request), server.issuedTokens[0]?.accessToken);
    assert.equal(request.headers['x-api-key'], apiKey);
  });

  test('takes the caller’s own credentials off, however they are written', async ({ server, api, call }) => {
    await call('/billing/invoices', { headers: { ...ofTheCaller, 'X-Own': 'kept' } });
    const request = arrived(api, 0);
    assert.equal(bearerOf(request), server.issuedTokens[0]?.accessToken);
    assert.equal(request.headers['x-api-key'], apiKey);
    assert.equal(request.headers['x-own'], 'kept');
    assert.ok(!JSON.stringify(request).includes('of-the-caller'), JSON.stringify(request));
  });

  test(
    'E23 forwards what it is told to: with the caller’s Authorization there is no token beside it',
    async ({ server, api, call }) => {
      await call('/billing/invoices', { headers: ofTheCaller });
      const { headers } = arrived(api, 0);
      assert.equal(headers['authorization'], 'Bearer of-the-caller');
      assert.equal(headers['cookie'], 'session=of-the-caller; other=of-the-caller');
      assert.deepEqual([headers['dpop'], headers['proxy-authorization']], [undefined, undefined]);
      assert.equal(headers['x-api-key'], apiKey);
      assert.equal(server.requests.length, 0);
      await call('/billing/invoices');
      assert.equal(bearerOf(arrived(api, 1)), server.issuedTokens[0]?.accessToken);
    },
    { mounts: () => [{ upstream: { forward: ['authorization', 'cookie'] } }] },
  );

  test(
    'hands on a 401 that is about the caller’s own Authorization, and keeps the client’s token',
    async ({ server, api, call }) => {
      await call('/billing/invoices');
      const refused = await call('/billing/invoices', { headers: { authorization: 'Bearer wrong' } });
      assert.equal(refused.status, 401);
      await call('/billing/invoices');
      assert.equal(bearerOf(arrived(api, 2)), bearerOf(arrived(api, 0)));
      assert.equal(server.requests.length, 1);
    },
    { mounts: () => [{ upstream: { forward: ['authorization'] } }] },
  );

  test(
    'puts the token in place of what the proxy’s own options say',
    async ({ server, api, call }) => {
      assert.equal((await call('/billing/invoices')).status, 200);
      const { headers } = arrived(api, 0);
      assert.equal(bearerOf(arrived(api, 0)), server.issuedTokens[0]?.accessToken);
      assert.equal(headers['x-api-key'], apiKey);
    },
    {
      mounts: ({ api }) => [
        {
          proxy: {
            auth: 'user:word',
            xfwd: true,
            headers: {
              Authorization: 'Basic x',
              'X-API-Key': 'own',
              'x-forwarded-host': 'a.example',
              'x-gateway': api,
            },
          },
        },
      ],
    },
  );

  test(
    'lets no caller have the token dropped on its way, by naming it in Connection',
    async ({ api, call }) => {
      const named = ['authorization', 'close, X-Api-Key', 'Authorization , keep-alive,x-api-key', 'X-Own'];
      for (const connection of named) await call('/billing/invoices', { headers: { connection } });
      const arrived = api.requests.map(({ headers }) => headers['connection']?.trim());
      assert.deepEqual(arrived, ['close', 'close', 'keep-alive', 'X-Own']);
    },
    // Without an agent, http-proxy sends a word of its own.
    { mounts: () => [{ proxy: { agent: new Agent({ keepAlive: true }) } }] },
  );

  test(
    'E39 acts for the user whose bearer token a request comes with, also when many come together',
    async ({ server, api, call }) => {
      const users = Array.from({ length: 24 }, (_, index) => `user-${index % 8}`);
      const sent = users.map(async (user) => {
        const { body } = await call(`/users/${user}`, { headers: { authorization: `Bearer ${user}` } });
        assert.ok(body.includes(`"path":"/users/${user}"`) && body.includes(`"Bearer for-${user}"`), body);
      });
      await Promise.all(sent);
      assert.equal(api.requests.length, 24);
      assert.equal(server.requests.length, 8);
    },
    { mounts: ({ api }) => [{ path: '/users', client: 'ledger', target: `${api}/users` }] },
  );

  test(
    'acts for the user whom outboundAuth was told of, whatever the header says',
    async ({ api, call }) => {
      const answers = await Promise.all(
        ['ada', 'grace'].map((user) =>
          call(`/users/${user}`, { headers: { authorization: 'Bearer own', 'x-session': user } }),
        ),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      );
      for (const request of api.requests)
        assert.equal(request.path, `/users/${bearerOf(request)?.replace('for-', '')}`);
      assert.equal((await call('/users/nobody', { headers: { authorization: 'Bearer own' } })).status, 401);
    },
    {
      mounts: ({ api }) => [{ path: '/users', client: 'ledger', target: `${api}/users` }],
      subjectToken: ({ 'x-session': session }) => (session === undefined ? undefined : String(session)),
    },
  );
}

import { expect, it } from 'vitest';
import { answerOf, readme } from './recipes.mjs';

const { run, server, unrun } = readme('packages/koa');
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('@outbound-auth/koa', async () => {
  const { app } = await run('@outbound-auth/koa');
  expect(await answerOf(app.callback(), '/invoices')).toMatchObject({
    status: 200,
    body: { path: '/v2/invoices', ...withToken },
  });
});

it('On behalf of the user', async () => {
  const { app } = await run('On behalf of the user');
  app.silent = true; // the 401 below
  const user = { headers: { authorization: 'Bearer the-token-of-Ada' } };
  expect(await answerOf(app.callback(), '/entries', user)).toMatchObject({
    status: 200,
    body: { path: '/entries', ...withToken },
  });
  expect(server().requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['the-token-of-Ada']);
  expect(await answerOf(app.callback(), '/entries')).toMatchObject({ status: 401 });
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

import { expect, it } from 'vitest';
import { answerOf, readme } from './recipes.mjs';

const { run, server, unrun } = readme('packages/express');
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('@outbound-auth/express', async () => {
  const { app } = await run('@outbound-auth/express');
  expect(await answerOf(app, '/invoices')).toMatchObject({ status: 200, body: { path: '/v2/invoices', ...withToken } });
});

it('On behalf of the user', async () => {
  const { app } = await run('On behalf of the user');
  const user = { headers: { authorization: 'Bearer the-token-of-Ada' } };
  expect(await answerOf(app, '/entries', user)).toMatchObject({
    status: 200,
    body: { path: '/entries', ...withToken },
  });
  expect(server().requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['the-token-of-Ada']);
  expect(await answerOf(app, '/entries')).toMatchObject({ status: 401 });
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

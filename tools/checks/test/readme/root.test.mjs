import { NestFactory } from '@nestjs/core';
import { OutboundClient } from '@outbound-auth/core';
import { getOutboundClientToken } from '@outbound-auth/nestjs';
import { expect, it } from 'vitest';
import { answerOf, readme } from './recipes.mjs';

const { run, api, unrun } = readme('.');
const billing = 'https://api.billing.example';
const withToken = { path: '/v2/invoices', headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('Outbound Auth', async () => {
  const { invoices } = await run('Outbound Auth');
  expect(await (await invoices()).json()).toMatchObject(withToken);
});

it('In your framework: Express', async () => {
  const { app } = await run('In your framework', { snippet: 1, expose: ['app'] });
  expect(await answerOf(app, '/invoices')).toMatchObject({ status: 200, body: withToken });
});

it('In your framework: Koa', async () => {
  const { app } = await run('In your framework', { snippet: 2, expose: ['app'] });
  expect(await answerOf(app.callback(), '/')).toMatchObject({ status: 200, body: withToken });
});

it('In your framework: Axios', async () => {
  await run('In your framework', { snippet: 3 });
  expect(api(billing).requests).toMatchObject([withToken, { ...withToken, method: 'POST' }]);
});

it('In your framework: NestJS', async () => {
  const { AppModule } = await run('In your framework', { snippet: 4 });
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  expect(app.get(getOutboundClientToken('billing'))).toBeInstanceOf(OutboundClient);
  await app.close();
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OutboundAuth } from '@outbound-auth/core';
import { getOutboundClientToken, OutboundAuthModule } from '@outbound-auth/nestjs';
import { expect, it, vi } from 'vitest';
import { answerOf, readme } from './recipes.mjs';

const { run, server, api, unrun } = readme('packages/nestjs');
const billing = 'https://api.billing.example';
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('@outbound-auth/nestjs', async () => {
  const { AppModule } = await run('@outbound-auth/nestjs');
  await withApplication(AppModule, async (listener) => {
    const body = { path: '/v2/invoices', ...withToken };
    expect(await answerOf(listener, '/invoices')).toMatchObject({ status: 200, body });
  });
});

it('Options from other providers', async () => {
  vi.stubEnv('IDP_ISSUER', server().issuer);
  vi.stubEnv('BILLING_SECRET', 'a secret');
  vi.stubEnv('BILLING_URL', api(billing).origin);
  const { AppModule } = await run('Options from other providers');
  await withApplication(AppModule, async (_listener, app) => {
    const response = await app.get(getOutboundClientToken('billing')).fetch(`${api(billing).origin}/v2/invoices`);
    expect(await response.json()).toMatchObject(withToken);
  });
});

it('On behalf of the user', async () => {
  const { LedgerModule, LedgerService } = await run('On behalf of the user');
  await withApplication(LedgerModule, async (_listener, app) => {
    const entries = () => app.get(LedgerService).entries();
    expect(await app.get(OutboundAuth).withSubjectToken('the-token-of-Ada', entries)).toMatchObject(withToken);
    expect(server().requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['the-token-of-Ada']);
  });
});

it('HttpService', async () => {
  const { InvoiceModule, InvoiceService } = await run('HttpService', { expose: ['InvoiceService'] });
  const client = {
    issuer: server().issuer,
    clientId: 'orders',
    clientSecret: 'a secret',
    attachTo: [api(billing).origin],
  };
  const imports = [OutboundAuthModule.forRoot({ clients: { billing: client } }), InvoiceModule];
  await withApplication(moduleOf({ imports }), async (_listener, app) => {
    expect(await app.get(InvoiceService, { strict: false }).list()).toMatchObject({
      path: '/v2/invoices',
      ...withToken,
    });
  });
});

it('Tests', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await run('Tests');
  expect(log.mock.calls).toEqual([[200]]);
});

it('Shutdown', async () => {
  const { AppModule, auth } = await run('Shutdown');
  await withApplication(AppModule, async (_listener, app) => expect(app.get(OutboundAuth)).toBe(auth));
  // Whoever makes one closes it: the module has not.
  expect((await auth.fetch(`${api(billing).origin}/v2/invoices`)).status).toBe(200);
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

async function withApplication(module, use) {
  const app = await NestFactory.create(module, { logger: false });
  await app.init();
  try {
    await use(app.getHttpAdapter().getInstance(), app);
  } finally {
    await app.close();
  }
}

function moduleOf(metadata) {
  class TestModule {}
  Module(metadata)(TestModule);
  return TestModule;
}

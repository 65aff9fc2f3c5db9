import { Controller, Get, type ModuleMetadata } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { createOutboundAuth, tokenExchange } from '@outbound-auth/core';
import { exposedSecrets, memoryStore, startUpstream, type Upstream } from '@outbound-auth/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type OutboundAuthHealthOptions, OutboundAuthHealthIndicator, OutboundAuthModule } from '../src/index.ts';
import { createApplication, platforms } from './application.ts';

async function start(): Promise<Upstream> {
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  return upstream;
}

/** An indicator of two clients with a token of their own, and one that acts for users. */
async function indicatorOf({ client }: Upstream): Promise<OutboundAuthHealthIndicator> {
  const ledger = { ...client, clientSecret: 'a secret of nobody', attempts: 1 };
  const forUsers = { ...client, grant: tokenExchange() };
  const root = OutboundAuthModule.forRoot({ clients: { billing: client, ledger, forUsers } });
  const app = await Test.createTestingModule({ imports: [root] }).compile();
  return app.get(OutboundAuthHealthIndicator);
}

describe('OutboundAuthHealthIndicator', () => {
  it('is up where all tokens can be had, and asks for none that is in memory', async () => {
    const upstream = await start();
    const indicator = await indicatorOf(upstream);
    for (let probe = 0; probe < 3; probe += 1) {
      expect(await indicator.isHealthy('auth', { clients: ['billing', 'forUsers'] })).toEqual({
        auth: { status: 'up', clients: { billing: { status: 'up' }, forUsers: { status: 'up' } }, store: 'none' },
      });
    }
    expect(upstream.server.requests).toHaveLength(1);
  });

  it('is down where one can not, and tells which and by which code', async () => {
    const upstream = await start();
    upstream.server.respondWith(({ headers }) =>
      atob(String(headers['authorization']).slice(6)).includes('nobody')
        ? { status: 401, body: { error: 'invalid_client', error_description: 'a secret of nobody' } }
        : undefined,
    );
    const indicator = await indicatorOf(upstream);
    const result = await indicator.isHealthy('auth');
    expect(result).toEqual({
      auth: {
        status: 'down',
        clients: {
          billing: { status: 'up' },
          ledger: { status: 'down', code: 'token_request_refused' },
          forUsers: { status: 'up' },
        },
        store: 'none',
      },
    });
    const tokens = upstream.server.issuedTokens.map(({ accessToken }) => accessToken);
    const secrets = [...tokens, upstream.client.clientSecret, 'a secret of nobody', upstream.server.issuer];
    expect(exposedSecrets(result, secrets)).toEqual([]);
  });

  it('waits no longer than it is told, and the token is got on for the next probe', async () => {
    const upstream = await start();
    const held = upstream.server.hold();
    const indicator = await indicatorOf(upstream);
    expect(await indicator.isHealthy('auth', { clients: ['billing'], timeout: 0.02 })).toMatchObject({
      auth: { status: 'down', clients: { billing: { status: 'down', code: 'timeout' } } },
    });
    held.release();
    expect(await indicator.isHealthy('auth', { clients: ['billing'], timeout: 60 })).toMatchObject({
      auth: { status: 'up' },
    });
    expect(upstream.server.requests).toHaveLength(1);
  });

  it('waits for a time that is no whole number of milliseconds', async () => {
    const indicator = await indicatorOf(await start());
    expect(await indicator.isHealthy('auth', { clients: ['billing'], timeout: 2.01 })).toMatchObject({
      auth: { status: 'up' },
    });
  });

  it('is up where the store fails alone, and tells so', async () => {
    const { client } = await start();
    const store = memoryStore();
    store.fail('down');
    const root = OutboundAuthModule.forRoot({ clients: { billing: client }, store });
    const app = await Test.createTestingModule({ imports: [root] }).compile();
    expect(await app.get(OutboundAuthHealthIndicator).isHealthy('auth')).toMatchObject({
      auth: { status: 'up', store: 'skipped' },
    });
  });

  it('is down when the application has closed', async () => {
    const { client } = await start();
    const root = OutboundAuthModule.forRoot({ clients: { billing: client } });
    const app = await (await createApplication({ imports: [root] })).init();
    const indicator = app.get(OutboundAuthHealthIndicator);
    await app.close();
    expect(await indicator.isHealthy('auth')).toMatchObject({ auth: { clients: { billing: { code: 'closed' } } } });
  });

  it('looks at the instance that it is told', async () => {
    const [own, partners] = [await start(), await start()];
    const imports = [
      OutboundAuthModule.forRoot({ clients: { billing: own.client } }),
      OutboundAuthModule.forRoot(createOutboundAuth({ clients: { ledger: partners.client } }), { name: 'partners' }),
    ];
    const app = await Test.createTestingModule({ imports }).compile();
    const indicator = app.get(OutboundAuthHealthIndicator);
    expect(await indicator.isHealthy('auth', { auth: 'partners' })).toMatchObject({
      auth: { clients: { ledger: {} } },
    });
    expect([own.server.requests.length, partners.server.requests.length]).toEqual([0, 1]);
    await expect(indicator.isHealthy('auth', { auth: 'partnrs' })).rejects.toThrow(
      /isHealthy\(key, options\)\.auth: there is no instance 'partnrs'; there are: the one without a name, 'partners'$/,
    );
  });

  it.each<[OutboundAuthHealthOptions, RegExp]>([
    [{ clients: ['biling'] }, /there is no client 'biling'; did you mean 'billing'\?/],
    [{ auth: 'nope' }, /\.auth: there is no instance 'nope'; there are: the one without a name$/],
    ...[0, 0.0001, 1e10, Number.NaN, Infinity].map((timeout): [OutboundAuthHealthOptions, RegExp] => [
      { timeout },
      /isHealthy\(key, options\)\.timeout: must be a time in seconds, from 0\.001 to 1000000$/,
    ]),
  ])('fails for %o, which can not be meant', async (options, message) => {
    await expect((await indicatorOf(await start())).isHealthy('auth', options)).rejects.toThrow(message);
  });
});

describe.each(platforms)('Terminus, $title', ({ platform }) => {
  @Controller()
  class ReadinessController {
    readonly #health: HealthCheckService;
    readonly #outboundAuth: OutboundAuthHealthIndicator;

    constructor(health: HealthCheckService, outboundAuth: OutboundAuthHealthIndicator) {
      this.#health = health;
      this.#outboundAuth = outboundAuth;
    }

    @Get()
    @HealthCheck()
    check(): Promise<HealthCheckResult> {
      return this.#health.check([() => this.#outboundAuth.isHealthy('outbound-auth')]);
    }
  }

  async function answerFor(upstream: Upstream): Promise<[number, unknown]> {
    const metadata: ModuleMetadata = {
      imports: [
        OutboundAuthModule.forRoot({ clients: { billing: { ...upstream.client, attempts: 1 } } }),
        TerminusModule.forRoot({ logger: false }),
      ],
      controllers: [ReadinessController],
    };
    const app = await createApplication(metadata, platform);
    onTestFinished(() => app.close());
    await app.listen(0, '127.0.0.1');
    const response = await fetch(await app.getUrl());
    return [response.status, await response.json()];
  }

  it('answers 200 where it is up', async () => {
    const health = { status: 'up', clients: { billing: { status: 'up' } }, store: 'none' };
    expect(await answerFor(await start())).toMatchObject([200, { status: 'ok', info: { 'outbound-auth': health } }]);
  });

  it('answers 503 where it is down', async () => {
    const upstream = await start();
    upstream.server.respondWith(() => ({ status: 401, body: { error: 'invalid_client' } }));
    const clients = { billing: { status: 'down', code: 'token_request_refused' } };
    const error = { 'outbound-auth': { status: 'down', clients, store: 'none' } };
    expect(await answerFor(upstream)).toMatchObject([503, { status: 'error', error }]);
  });
});

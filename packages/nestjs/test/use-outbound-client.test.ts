import { Controller, Get, Injectable, Query, Scope } from '@nestjs/common';
import { OutboundAuth } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { OutboundHttpModule } from '../src/http/index.ts';
import { OutboundAuthModule, UseOutboundClient } from '../src/index.ts';
import { createApplication, platforms } from './application.ts';
import { ChosenController, serve, startTwoClients } from './calling.ts';
import { exampleOptions } from './example-options.ts';

@Injectable({ scope: Scope.REQUEST })
class ScopedService {
  readonly #auth: OutboundAuth;

  constructor(auth: OutboundAuth) {
    this.#auth = auth;
  }

  async call(url: string): Promise<number> {
    return (await this.#auth.fetch(url)).status;
  }
}

@Controller('scoped')
@UseOutboundClient('ledger')
class ScopedController {
  readonly #service: ScopedService;

  constructor(service: ScopedService) {
    this.#service = service;
  }

  @Get()
  call(@Query('url') url: string): Promise<number> {
    return this.#service.call(url);
  }
}

describe.each(platforms)('$title', ({ platform }) => {
  async function serveChosen() {
    const upstream = await startTwoClients();
    const call = await serve(
      {
        imports: [
          OutboundAuthModule.forRoot(upstream.options),
          OutboundHttpModule.register({}),
          OutboundHttpModule.register({ client: 'ledger' }),
        ],
        controllers: [ChosenController, ScopedController],
        providers: [ScopedService],
      },
      platform,
    );
    return { ...upstream, call };
  }

  it.each([
    ['controller', 'id-of-billing'],
    ['method', 'id-of-ledger'],
  ])('chooses the client of calls by address: that of the %s', async (path, clientId) => {
    const { api, call, callers } = await serveChosen();
    expect(await call(`${path}?url=${api.origin}/shared`)).toBe('done');
    expect(callers()).toEqual([
      ['/shared', clientId],
      ['/shared', clientId],
    ]);
  });

  it('leaves addresses alone that its client does not cover', async () => {
    const { api, call, callers } = await serveChosen();
    await call(`controller?url=${api.origin}/ledger`);
    expect(callers()).toEqual([
      ['/ledger', 'id-of-ledger'],
      ['/ledger', 'id-of-ledger'],
    ]);
  });

  it('lets the client go first that a call names, or that an HttpService is of', async () => {
    const { api, call, callers } = await serveChosen();
    await call(`named?url=${api.origin}/shared`);
    expect(callers().map(([, caller]) => caller)).toEqual(['id-of-ledger', 'id-of-ledger']);
  });

  it('E36 chooses for request-scoped services too', async () => {
    const { api, call, callers } = await serveChosen();
    expect(await call(`scoped?url=${api.origin}/shared`)).toBe('200');
    expect(callers()).toEqual([['/shared', 'id-of-ledger']]);
  });
});

describe('an application does not start', () => {
  const root = OutboundAuthModule.forRoot(exampleOptions);

  it.each([
    ['client', ['biling'], /OutboundClient 'biling', from forRoot, forRootAsync\(\{ clients \}\) or forFeature/],
    [
      'instance',
      ['billing', 'partnrs'],
      /OutboundAuth 'partnrs', from OutboundAuthModule\.forRoot or forRootAsync of this/,
    ],
  ] as const)('with an unknown %s in @UseOutboundClient', async (_what, [client, name], message) => {
    @Controller()
    @(name === undefined ? UseOutboundClient(client) : UseOutboundClient(client, name))
    class LostController {}
    await expect(createApplication({ imports: [root], controllers: [LostController] })).rejects.toThrow(message);
  });
});

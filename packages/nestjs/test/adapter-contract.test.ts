import { Controller, Get, Headers, Inject } from '@nestjs/common';
import { OutboundAuth, OutboundClient } from '@outbound-auth/core';
import { adapterContract, callByFetch, type ContractResult, type ServedCalls } from '@outbound-auth/testing';
import { describe, it, vi } from 'vitest';
import { InjectOutboundClient, OutboundAuthModule } from '../src/index.ts';
import { platforms } from './application.ts';
import { callsToken, serveApplication } from './serve-application.ts';

@Controller()
class CallController {
  readonly #calls: ServedCalls;
  readonly #auth: OutboundAuth;
  readonly #clients: readonly OutboundClient[];

  constructor(
    @Inject(callsToken) calls: ServedCalls,
    auth: OutboundAuth,
    @InjectOutboundClient('first') first: OutboundClient,
    @InjectOutboundClient('second') second: OutboundClient,
  ) {
    this.#calls = calls;
    this.#auth = auth;
    this.#clients = [first, second];
  }

  @Get()
  call(@Headers('x-call') id: string): Promise<ContractResult> {
    const call = this.#calls.callOf(id);
    const named = this.#clients.find(({ name }) => name === call.client);
    return callByFetch(call, (url, init) =>
      named === undefined || init.outboundAuth === false
        ? this.#auth.fetch(url, init)
        : named.fetch(url, { ...init, outboundAuth: {} }),
    );
  }
}

for (const { platform, title } of platforms) {
  adapterContract(
    { describe, it },
    {
      name: title,
      byFetch: true,
      otherCore: () => {
        vi.resetModules();
        return import('./both.ts');
      },
      start: (auth) =>
        serveApplication(
          {
            imports: [OutboundAuthModule.forRoot(auth, { clients: ['first', 'second'] })],
            controllers: [CallController],
          },
          platform,
        ),
    },
  );
}

import type { HttpService } from '@nestjs/axios';
import { Controller, Get, type ModuleMetadata, Query } from '@nestjs/common';
import { OutboundAuth } from '@outbound-auth/core';
import { firstValueFrom } from 'rxjs';
import { onTestFinished } from 'vitest';
import { InjectOutboundHttp } from '../src/http/index.ts';
import { UseOutboundClient } from '../src/index.ts';
import { createApplication, type Platform } from './application.ts';
import { startUpstream, type Upstream } from './http/upstream.ts';

/** Serves an application; gives what calls it, and answers with the text of its answer. */
export async function serve(metadata: ModuleMetadata, platform: Platform) {
  const app = await createApplication(metadata, platform);
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const origin = await app.getUrl();
  return async (path: string, headers: Record<string, string> = {}): Promise<string> =>
    (await fetch(`${origin}/${path}`, { headers })).text();
}

/** Two clients of one API, on loopback. */
export async function startTwoClients(): Promise<Upstream> {
  const upstream = await startUpstream();
  onTestFinished(() => upstream[Symbol.asyncDispose]());
  return upstream;
}

/** What handlers do: they know the address alone. */
class Calls {
  readonly #auth: OutboundAuth;
  readonly #http: HttpService;

  constructor(auth: OutboundAuth, http: HttpService) {
    this.#auth = auth;
    this.#http = http;
  }

  async byFetch(url: string): Promise<number> {
    return (await this.#auth.fetch(url)).status;
  }

  async naming(url: string, client: string): Promise<number> {
    return (await this.#auth.fetch(url, { outboundAuth: { client } })).status;
  }

  byHttp(url: string): Promise<{ status: number }> {
    return firstValueFrom(this.#http.get(url));
  }
}

/** Chooses nothing itself. */
@Controller('plain')
export class PlainController extends Calls {
  constructor(auth: OutboundAuth, @InjectOutboundHttp() http: HttpService) {
    super(auth, http);
  }

  @Get()
  async call(@Query('url') url: string): Promise<string> {
    await this.byFetch(url);
    await this.byHttp(url);
    return 'done';
  }
}

/** Chooses `billing`, but for one method. */
@Controller()
@UseOutboundClient('billing')
export class ChosenController extends Calls {
  readonly #ofLedger: HttpService;

  constructor(
    auth: OutboundAuth,
    @InjectOutboundHttp() http: HttpService,
    @InjectOutboundHttp('ledger') ofLedger: HttpService,
  ) {
    super(auth, http);
    this.#ofLedger = ofLedger;
  }

  @Get('controller')
  async ofController(@Query('url') url: string): Promise<string> {
    await this.byFetch(url);
    await this.byHttp(url);
    return 'done';
  }

  @Get('method')
  @UseOutboundClient('ledger')
  async ofMethod(@Query('url') url: string): Promise<string> {
    await this.byFetch(url);
    await this.byHttp(url);
    return 'done';
  }

  @Get('named')
  async named(@Query('url') url: string): Promise<string> {
    await this.naming(url, 'ledger');
    await firstValueFrom(this.#ofLedger.get(url));
    return 'done';
  }
}

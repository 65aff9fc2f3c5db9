import { HttpService } from '@nestjs/axios';
import { Controller, Get, Headers, Inject } from '@nestjs/common';
import { adapterContract, type ContractResult, type ServedCalls } from '@outbound-auth/testing';
import { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import { describe, it } from 'vitest';
import { InjectOutboundHttp, OutboundHttpModule } from '../../src/http/index.ts';
import { OutboundAuthModule } from '../../src/index.ts';
import { platforms } from '../application.ts';
import { callsToken, serveApplication } from '../serve-application.ts';

@Controller()
class CallController {
  readonly #calls: ServedCalls;
  readonly #http: HttpService;

  constructor(@Inject(callsToken) calls: ServedCalls, @InjectOutboundHttp() http: HttpService) {
    this.#calls = calls;
    this.#http = http;
  }

  @Get()
  async call(@Headers('x-call') id: string): Promise<ContractResult> {
    const { url, method = 'GET', headers = {}, body, client, scope, token } = this.#calls.callOf(id);
    const response = await firstValueFrom(
      this.#http.request<string>({
        url,
        method,
        headers: { ...headers },
        data: typeof body === 'object' ? Readable.from([body.stream]) : body,
        responseType: 'text',
        validateStatus: () => true,
        outboundAuth: token ?? { ...(client !== undefined && { client }), ...(scope !== undefined && { scope }) },
      }),
    );
    const text = Object.entries<unknown>(response.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    return { status: response.status, headers: Object.fromEntries(text), body: response.data };
  }
}

for (const { platform, title } of platforms) {
  adapterContract(
    { describe, it },
    {
      name: `HttpService, ${title}`,
      start: (auth) =>
        serveApplication(
          {
            imports: [
              OutboundAuthModule.forRoot(auth),
              OutboundHttpModule.register({ transformResponse: (data: unknown) => data }),
            ],
            controllers: [CallController],
          },
          platform,
        ),
    },
  );
}

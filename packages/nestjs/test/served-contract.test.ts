import type { HttpService } from '@nestjs/axios';
import { All, Controller, type ExecutionContext, HttpCode, Inject, Req, Res, StreamableFile } from '@nestjs/common';
import { OutboundAuth } from '@outbound-auth/core';
import { servedContract, type ServedApplication, type ServedScene } from '@outbound-auth/testing';
import type { IncomingMessage } from 'node:http';
import { firstValueFrom } from 'rxjs';
import { describe, it, vi } from 'vitest';
import { OutboundHttpModule } from '../src/http/index.ts';
import { getOutboundAuthToken, getOutboundHttpToken, OutboundAuthModule } from '../src/index.ts';
import { createApplication, listenerOf, type Platform, platforms } from './application.ts';
import { type NestResponse, nodeResponseOf } from './node-response.ts';

const answerToken = Symbol('what is done for a request');

interface Request {
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

function controllerOf(path: string, name?: string): new (...given: never[]) => object {
  @Controller(path)
  class AnswerController {
    readonly #auth: OutboundAuth;
    readonly #answer: ServedScene['answer'];

    constructor(
      @Inject(getOutboundAuthToken(name)) auth: OutboundAuth,
      @Inject(answerToken) answer: ServedScene['answer'],
    ) {
      this.#auth = auth;
      this.#answer = answer;
    }

    @All()
    @HttpCode(200)
    async answer(
      @Req() { headers, body }: Request,
      @Res({ passthrough: true }) given: NestResponse,
    ): Promise<string | StreamableFile> {
      const answer = await this.#answer({
        outbound: this.#auth,
        headers,
        body,
        get response() {
          return nodeResponseOf(given);
        },
      });
      return typeof answer === 'string' ? answer : new StreamableFile(answer);
    }
  }
  return AnswerController;
}

async function serve(scene: ServedScene, platform: Platform): Promise<ServedApplication> {
  const { auth, inner, resolve, subjectToken, answer, log } = scene;
  const headersOf = (context: ExecutionContext): IncomingMessage['headers'] =>
    context.switchToHttp().getRequest<Request>().headers;
  const root = OutboundAuthModule.forRoot(auth, {
    resolve: (context) => resolve(headersOf(context)),
    subjectToken: subjectToken && ((context) => subjectToken(headersOf(context))),
  });
  const app = await createApplication(
    {
      imports: [root, OutboundAuthModule.forRoot(inner, { name: 'inner' }), OutboundHttpModule.register({})],
      controllers: [controllerOf('/'), controllerOf('/inner', 'inner')],
      providers: [{ provide: answerToken, useValue: answer }],
    },
    platform,
    { log, error: log, warn: log },
  );
  await app.init();
  const http = app.get<HttpService>(getOutboundHttpToken(), { strict: false });
  return {
    at: await listenerOf(app),
    ways: {
      'an HttpService': async (url) => (await http.axiosRef.get<string>(url)).data,
      // Asked by RxJS when it is subscribed to.
      'an Observable': async (url) => (await firstValueFrom(http.get<string>(url))).data,
    },
    close: () => app.close(),
  };
}

for (const { platform, title } of platforms) {
  servedContract(
    { describe, it },
    {
      name: title,
      // What is injected finds its request itself.
      bound: false,
      // Nest's own filter ends it as if it were whole.
      endsBegun: false,
      otherCore: () => {
        vi.resetModules();
        return import('./both.ts');
      },
      serve: (scene) => serve(scene, platform),
    },
  );
}

import {
  type ArgumentsHost,
  type CallHandler,
  Catch,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type LoggerService,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  type Provider,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, BaseExceptionFilter } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { createOutboundAuth, OutboundAuth, OutboundAuthError, tokenExchange } from '@outbound-auth/core';
import { catchError, type Observable, of } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { OutboundAuthException, OutboundAuthModule } from '../src/index.ts';
import { adapterFor, createApplication, type Platform, platforms } from './application.ts';
import { billing } from './example-options.ts';
import { callAs, startUsers } from './users.ts';

const busy = () => Promise.resolve(new Response('', { status: 503, headers: { 'retry-after': '8' } }));

/** Of a client whose tokens can't be had, and one that acts for users. */
function failingAuth(): OutboundAuth<'own' | 'ledger'> {
  const own = { ...billing, attempts: 1, waitTimeout: 0.2, attachTo: ['https://own.example'] };
  return createOutboundAuth({ clients: { own, ledger: { ...billing, grant: tokenExchange() } }, fetch: busy });
}

@Injectable()
class CallingGuard {
  readonly #auth: OutboundAuth;

  constructor(auth: OutboundAuth) {
    this.#auth = auth;
  }

  async canActivate(): Promise<boolean> {
    return (await this.#auth.fetch('https://own.example')).ok;
  }
}

@Controller()
class CallingController {
  readonly #auth: OutboundAuth;

  constructor(auth: OutboundAuth) {
    this.#auth = auth;
  }

  @Get(['handled', 'in-middleware'])
  async handled(): Promise<string> {
    return (await this.#auth.fetch('https://own.example')).text();
  }

  @Get('for-users')
  async forUsers(): Promise<string> {
    return (await this.#auth.fetch('https://api.billing.example/v2')).text();
  }

  @Get('guarded')
  @UseGuards(CallingGuard)
  guarded(): string {
    return 'guarded';
  }
}

function rootOf(auth: OutboundAuth<string>, providers: readonly Provider[]): new () => object {
  @Module({
    imports: [OutboundAuthModule.forRoot(auth)],
    controllers: [CallingController],
    providers: [...providers],
  })
  class RootModule {
    configure(consumer: MiddlewareConsumer): void {
      const middleware = async (_request: unknown, _response: unknown, next: () => void): Promise<void> => {
        await auth.fetch('https://own.example');
        next();
      };
      consumer.apply(middleware).forRoutes('in-middleware');
    }
  }
  return RootModule;
}

/** Serves what can't call; gives what is answered: the status, `Retry-After` and the text. */
async function serve(platform: Platform, providers: readonly Provider[] = [], logger: LoggerService | false = false) {
  const app = await createApplication({ imports: [rootOf(failingAuth(), providers)] }, platform, logger);
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  return answersOf(await app.getUrl());
}

function answersOf(origin: string) {
  return async (path: string): Promise<unknown[]> => {
    const response = await fetch(`${origin}/${path}`);
    return [response.status, response.headers.get('retry-after'), await response.text()];
  };
}

// With some chance in it.
const unavailable = [503, expect.stringMatching(/^\d+$/), '{"message":"Service Unavailable","statusCode":503}'];

describe.each(platforms)('$title', ({ platform }) => {
  it.each(['handled', 'guarded', 'in-middleware'])(
    'E37 answers by the status and Retry-After where it is %s',
    async (path) => {
      expect(await (await serve(platform))(path)).toEqual(unavailable);
    },
  );

  it('E37 does so in an application of @nestjs/testing', async () => {
    const testing = await Test.createTestingModule({ imports: [rootOf(failingAuth(), [])] }).compile();
    const app = testing.createNestApplication(adapterFor(platform));
    app.useLogger(false);
    onTestFinished(() => app.close());
    await app.listen(0, '127.0.0.1');
    const answers = answersOf(await app.getUrl());
    expect([await answers('handled'), await answers('guarded')]).toEqual([unavailable, unavailable]);
  });

  it('E37 says nothing of an error from which an interceptor of the root recovers', async () => {
    const useValue: NestInterceptor = {
      intercept: (_context: ExecutionContext, next: CallHandler): Observable<unknown> =>
        next.handle().pipe(catchError(() => of('stale'))),
    };
    const answers = await serve(platform, [{ provide: APP_INTERCEPTOR, useValue }]);
    expect(await answers('handled')).toEqual([200, null, 'stale']);
  });

  it('calls on behalf of the user in interceptors of the root too', async () => {
    const { auth, api } = await startUsers();
    const useValue: NestInterceptor = {
      intercept: async (): Promise<Observable<unknown>> => of(await (await auth.fetch(api.origin)).text()),
    };
    const app = await createApplication(
      { imports: [rootOf(auth, [{ provide: APP_INTERCEPTOR, useValue }])] },
      platform,
    );
    onTestFinished(() => app.close());
    await app.listen(0, '127.0.0.1');
    expect(await callAs('ada', `${await app.getUrl()}/handled`)).toEqual([200, 'Bearer for-ada']);
  });

  it('E37 leaves the error to a filter of the user’s, whichever class it is for', async () => {
    const caught: unknown[] = [];
    @Catch(OutboundAuthError, OutboundAuthException)
    class OwnFilter extends BaseExceptionFilter {
      override catch(given: OutboundAuthError | OutboundAuthException, host: ArgumentsHost): void {
        const exception = given instanceof OutboundAuthException ? given : new OutboundAuthException(given);
        const { client, code, retryAfter } = exception;
        caught.push({ client, code, retryAfter });
        super.catch(exception, host);
      }
    }
    const answers = await serve(platform, [{ provide: APP_FILTER, useClass: OwnFilter }]);
    for (const path of ['handled', 'guarded', 'in-middleware']) expect(await answers(path)).toContain(503);
    const expected = { client: 'own', code: 'token_endpoint_failed', retryAfter: expect.any(Number) as unknown };
    expect(caught).toMatchObject([expected, { client: 'own' }, { client: 'own' }]);
  });

  it('logs a request of nobody in one line, and others with their stack', async () => {
    const warn = vi.fn<LoggerService['warn']>();
    const error = vi.fn<LoggerService['error']>();
    const answers = await serve(platform, [], { warn, error, log: () => undefined });
    await answers('for-users');
    await answers('handled');
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^OutboundAuthError: .*client 'ledger'.*$/), 'OutboundAuth'],
    ]);
    expect(error.mock.calls).toHaveLength(1);
  });
});

it('an OutboundAuthException shows as JSON what it is answered with', () => {
  const error = new OutboundAuthError('a secret tale', { code: 'token_endpoint_failed', client: 'billing' });
  expect(JSON.parse(JSON.stringify({ exception: new OutboundAuthException(error) }))).toEqual({
    exception: { message: 'Bad Gateway', statusCode: 502 },
  });
});

import {
  type ArgumentsHost,
  type CallHandler,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  type ModuleMetadata,
  type NestInterceptor,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter } from '@nestjs/core';
import {
  createOutboundAuth,
  OutboundAuth,
  OutboundAuthError,
  type OutboundAuthOptions,
  tokenExchange,
} from '@outbound-auth/core';
import { catchError, EMPTY, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OutboundAuthException, OutboundAuthModule } from '../src/index.ts';
import { createApplication, type Platform, platforms } from './application.ts';
import { billing } from './example-options.ts';
import { type NestResponse, nodeResponseOf } from './node-response.ts';

const url = 'https://api.billing.example/v2/invoices';

const seen: unknown[] = [];

class SeeingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        seen.push(error);
        return EMPTY;
      }),
    );
  }
}

@Controller()
class InvoiceController {
  readonly #auth: OutboundAuth;

  constructor(auth: OutboundAuth) {
    this.#auth = auth;
  }

  @Get()
  async list(): Promise<string> {
    return (await this.#auth.fetch(url)).text();
  }

  @Get('begun')
  async begun(@Res({ passthrough: true }) response: NestResponse): Promise<string> {
    nodeResponseOf(response).writeHead(200).write('begun');
    return (await this.#auth.client('own').getAccessToken()).value;
  }

  @Get('intercepted')
  @UseInterceptors(SeeingInterceptor)
  intercepted(): Promise<string> {
    return this.list();
  }
}

/** Serves what calls on behalf of users; gives what is answered to somebody who is none, by the exception's filter. */
async function serve(
  platform: Platform,
  filter?: new () => ExceptionFilter,
  changes: Partial<OutboundAuthOptions> = {},
) {
  const own = { ...billing, attempts: 1, waitTimeout: 0.2, attachTo: ['https://own.example'] };
  const clients = { billing: { ...billing, grant: tokenExchange() }, own };
  const auth = createOutboundAuth({ clients, ...changes });
  const metadata: ModuleMetadata = {
    imports: [OutboundAuthModule.forRoot(auth)],
    controllers: [InvoiceController],
    providers: filter === undefined ? [] : [{ provide: APP_FILTER, useClass: filter }],
  };
  const app = await createApplication(metadata, platform);
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const origin = await app.getUrl();
  return async (path = ''): Promise<[number, string]> => {
    const response = await fetch(`${origin}/${path}`);
    return [response.status, await response.text()];
  };
}

describe.each(platforms)('$title', ({ platform }) => {
  it('E37 hands a filter for OutboundAuthException the error as its cause', async () => {
    const caught: OutboundAuthException[] = [];
    @Catch(OutboundAuthException)
    class OwnFilter extends BaseExceptionFilter {
      override catch(exception: OutboundAuthException, host: ArgumentsHost): void {
        caught.push(exception);
        super.catch(new HttpException('Log in first', exception.getStatus()), host);
      }
    }
    const call = await serve(platform, OwnFilter);
    expect(await call()).toEqual([401, '{"statusCode":401,"message":"Log in first"}']);
    expect(caught).toMatchObject([{ cause: { code: 'subject_token_missing', client: 'billing' } }]);
    expect(caught[0]?.cause).toBeInstanceOf(OutboundAuthError);
  });

  it('E37 hands a filter for everything what it can answer by', async () => {
    @Catch()
    class OwnFilter extends BaseExceptionFilter {
      override catch(exception: unknown, host: ArgumentsHost): void {
        const status = exception instanceof HttpException ? exception.getStatus() : 500;
        super.catch(new HttpException({ problem: status }, status), host);
      }
    }
    expect(await (await serve(platform, OwnFilter))()).toEqual([401, '{"problem":401}']);
  });

  it('E37 adds no header to an answer that has begun', async () => {
    const caught: unknown[] = [];
    @Catch()
    class OwnFilter implements ExceptionFilter {
      catch(exception: unknown, host: ArgumentsHost): void {
        caught.push(exception);
        nodeResponseOf(host.switchToHttp().getResponse()).end();
      }
    }
    const failing = { fetch: () => Promise.resolve(new Response('', { status: 500 })) };
    expect(await (await serve(platform, OwnFilter, failing))('begun')).toEqual([200, 'begun']);
    expect(caught).toMatchObject([{ status: 503, cause: { code: 'token_endpoint_failed' } }]);
    expect(caught[0]).toHaveProperty(['cause', 'retryAfter']);
  });

  it('E37 shows interceptors of a handler the error itself', async () => {
    seen.length = 0;
    await (
      await serve(platform)
    )('intercepted');
    expect(seen).toMatchObject([{ code: 'subject_token_missing' }]);
    expect(seen[0]).toBeInstanceOf(OutboundAuthError);
  });
});

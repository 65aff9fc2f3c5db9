import { HttpService } from '@nestjs/axios';
import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  HttpCode,
  Inject,
  Injectable,
  type INestApplication,
  Module,
  type ModuleMetadata,
  Param,
  Post,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { OutboundAuth, OutboundClient } from '@outbound-auth/core';
import type { IncomingMessage } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { map, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InjectOutboundHttp, OutboundHttpModule } from '../src/http/index.ts';
import { getOutboundAuthToken, InjectOutboundClient, OutboundAuthModule } from '../src/index.ts';
import { createApplication, platforms } from './application.ts';
import { callAs, startUsers, type Users } from './users.ts';

const urlToken = Symbol('the address of the API');

/** What calls far from any request: it knows the address alone. */
@Injectable()
class LedgerService {
  readonly #ways: Readonly<Record<string, () => Promise<string> | Observable<string>>>;

  constructor(
    @Inject(urlToken) url: string,
    auth: OutboundAuth,
    @InjectOutboundClient('ledger') client: OutboundClient,
    @InjectOutboundHttp() http: HttpService,
  ) {
    this.#ways = {
      address: async () => (await auth.fetch(url)).text(),
      client: async () => (await client.fetch(url)).text(),
      http: async () => (await http.axiosRef.get<string>(url)).data,
      // Nest subscribes to it when the handler is over.
      observable: () => http.get<string>(url).pipe(map(({ data }) => data)),
    };
  }

  call(way: string): Promise<string> | Observable<string> {
    return this.#ways[way]?.() ?? Promise.reject(new Error(`there is no way '${way}'`));
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestService {
  readonly #ledger: LedgerService;

  constructor(ledger: LedgerService) {
    this.#ledger = ledger;
  }

  call(way: string): Promise<string> | Observable<string> {
    return this.#ledger.call(way);
  }
}

@Injectable()
class UserGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    await setTimeout(1);
    return context.switchToHttp().getRequest<IncomingMessage>().headers.authorization !== 'Bearer mallory';
  }
}

@Controller()
@UseGuards(UserGuard)
class LedgerController {
  readonly #ledger: LedgerService;

  constructor(ledger: LedgerService) {
    this.#ledger = ledger;
  }

  @Post('both/:way')
  @HttpCode(200)
  async both(@Param('way') way: string): Promise<unknown[]> {
    const first = this.#ledger.call('address');
    await setImmediate();
    return [await this.#ledger.call(way), await first];
  }

  @Post(':way')
  @HttpCode(200)
  async call(@Param('way') way: string, @Body() body: unknown): Promise<string | Observable<string>> {
    await setTimeout(1);
    expect(body).toEqual({ from: 'a body parser' });
    return this.#ledger.call(way);
  }
}

@Controller('scoped')
class ScopedController {
  readonly #service: RequestService;

  constructor(service: RequestService) {
    this.#service = service;
  }

  @Post(':way')
  @HttpCode(200)
  call(@Param('way') way: string): Promise<string> | Observable<string> {
    return this.#service.call(way);
  }
}

function metadataFor({ auth, api }: Users): ModuleMetadata {
  return {
    imports: [OutboundAuthModule.forRoot(auth, { clients: ['ledger'] }), OutboundHttpModule.register({})],
    controllers: [LedgerController, ScopedController],
    providers: [LedgerService, RequestService, { provide: urlToken, useValue: api.origin }],
  };
}

async function serve(
  app: INestApplication,
): Promise<(user: string | undefined, path: string) => Promise<[number, string]>> {
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const origin = await app.getUrl();
  return (user, path) => callAs(user, `${origin}/${path}`, { method: 'POST', body: '{"from":"a body parser"}' });
}

const ways = ['address', 'client', 'http', 'observable'];

describe.each(platforms)('$title', ({ platform }) => {
  it.each(ways)('calls by %s find the user of the request, after awaits and a parsed body', async (way) => {
    const users = await startUsers();
    const call = await serve(await createApplication(metadataFor(users), platform));
    expect(await call('ada', way)).toEqual([200, 'Bearer for-ada']);
    expect(await call('bob', way)).toEqual([200, 'Bearer for-bob']);
  });

  it.each(ways)('calls by %s of a request-scoped service do too', async (way) => {
    const users = await startUsers();
    const call = await serve(await createApplication(metadataFor(users), platform));
    expect(await call('ada', `scoped/${way}`)).toEqual([200, 'Bearer for-ada']);
  });

  it('asks guards before, and calls nothing for a user whom they refuse', async () => {
    const users = await startUsers();
    const call = await serve(await createApplication(metadataFor(users), platform));
    expect((await call('mallory', 'client'))[0]).toBe(403);
    expect([users.server.requests, users.api.requests]).toEqual([[], []]);
  });

  // As many at a time as sockets are quick to open, and time enough for a machine that does much else.
  it('E10 E39 gives no user another’s token, in 240 requests that interleave', { timeout: 30_000 }, async () => {
    const users = await startUsers();
    const call = await serve(await createApplication(metadataFor(users), platform));
    for (const round of ['a', 'b', 'c', 'd']) {
      const names = Array.from({ length: 60 }, (_, index) => `${round}-${index % 20}`);
      const answers = await Promise.all(names.map((name, index) => call(name, `both/${ways[index % 3]}`)));
      expect(answers).toEqual(names.map((name) => [200, `["Bearer for-${name}","Bearer for-${name}"]`]));
    }
    expect(users.server.requests).toHaveLength(80);
  });

  it('without a bearer token makes no call, and tells nothing of why', async () => {
    const users = await startUsers();
    const call = await serve(await createApplication(metadataFor(users), platform));
    expect(await call(undefined, 'client')).toEqual([401, '{"message":"Unauthorized","statusCode":401}']);
    expect([users.server.requests, users.api.requests]).toEqual([[], []]);
  });
});

describe('the user of a request', () => {
  it('E36 is found by the clients of each of several modules', async () => {
    const [one, two] = [await startUsers(), await startUsers()];
    const modules = [one, two].map((users, index) => {
      const { imports: _, controllers: __, ...metadata } = metadataFor(users);
      @Controller(`module-${index}`)
      class OwnController extends LedgerController {
        constructor(@Inject(LedgerService) ledger: LedgerService) {
          super(ledger);
        }
      }
      const root = OutboundAuthModule.forRoot(users.auth, { clients: ['ledger'], isGlobal: false });
      @Module({
        ...metadata,
        imports: [root, OutboundHttpModule.register({ imports: [root] })],
        controllers: [OwnController],
      })
      class OwnModule {}
      return OwnModule;
    });
    const call = await serve(await createApplication({ imports: modules }));
    for (const way of ways) {
      for (const module of ['module-0', 'module-1']) {
        expect(await call('ada', `${module}/${way}`)).toEqual([200, 'Bearer for-ada']);
      }
    }
    expect([one.api.requests.length, two.api.requests.length]).toEqual([ways.length, ways.length]);
  });

  it('may be told by withSubjectToken, where the request has no bearer token', async () => {
    const users = await startUsers();
    const app = await createApplication(metadataFor(users));
    app.use((_request: unknown, _response: unknown, next: () => void) => {
      users.auth.withSubjectToken('of-the-session', next);
    });
    const call = await serve(app);
    expect(await call(undefined, 'observable')).toEqual([200, 'Bearer for-of-the-session']);
    expect(await call('ada', 'observable')).toEqual([200, 'Bearer for-ada']);
    const headers = { 'content-type': 'application/json', authorization: 'Basic YWRhOm9mLWFkYQ==' };
    const other = await fetch(`${await app.getUrl()}/client`, {
      method: 'POST',
      headers,
      body: '{"from":"a body parser"}',
    });
    expect(await other.text()).toBe('Bearer for-of-the-session');
  });

  it('is nobody where no HTTP request is served', async () => {
    const users = await startUsers();
    const app = await createApplication(metadataFor(users));
    onTestFinished(() => app.close());
    await app.init();
    // As GraphQL's resolvers are called: with arguments of their own, and all global interceptors.
    const service = app.get(LedgerService);
    const resolve = (): unknown => service.call('client');
    const handler: unknown = app
      .get(ExternalContextCreator)
      .create(service, resolve, 'call', undefined, undefined, undefined, undefined, undefined, 'graphql');
    const request = { headers: { authorization: 'Bearer ada' } };
    const result: unknown = typeof handler === 'function' ? Reflect.apply(handler, undefined, [request]) : undefined;
    await expect(result).rejects.toMatchObject({ cause: { code: 'subject_token_missing' } });
  });

  it('troubles no test that puts something else in the place of OutboundAuth', async () => {
    @Controller()
    class EmptyController {
      @Post()
      @HttpCode(200)
      answer(): string {
        return 'answered';
      }
    }
    const { auth } = await startUsers();
    const module = await Test.createTestingModule({
      imports: [OutboundAuthModule.forRoot(auth)],
      controllers: [EmptyController],
    })
      .overrideProvider(getOutboundAuthToken())
      .useValue({ fetch: () => Promise.resolve(new Response('mocked')) })
      .compile();
    const call = await serve(module.createNestApplication());
    expect(await call('ada', '')).toEqual([200, 'answered']);
  });
});

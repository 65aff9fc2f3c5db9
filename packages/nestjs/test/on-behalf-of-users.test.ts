import type { HttpService } from '@nestjs/axios';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type INestApplication,
  Module,
  type ModuleMetadata,
  Param,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { OutboundAuth, OutboundClient } from '@outbound-auth/core';
import type { IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
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

  @Get(':way')
  call(@Param('way') way: string): Promise<string> | Observable<string> {
    return this.#ledger.call(way);
  }
}

@Controller('scoped')
class ScopedController {
  readonly #service: RequestService;

  constructor(service: RequestService) {
    this.#service = service;
  }

  @Get(':way')
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

async function serve(app: INestApplication): Promise<typeof callAs> {
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const origin = await app.getUrl();
  return (user, path, init) => callAs(user, `${origin}/${path}`, init);
}

const ways = ['address', 'client', 'observable'];

describe.each(platforms)('$title', ({ platform }) => {
  it.each(ways)('finds the user of a request, too when it calls by %s in a request-scoped service', async (way) => {
    const users = await startUsers();
    const call = await serve(await createApplication(metadataFor(users), platform));
    for (const path of [way, `scoped/${way}`]) expect(await call('ada', path)).toEqual([200, 'Bearer for-ada']);
  });

  it('asks guards before, and calls nothing for a user whom they refuse', async () => {
    const users = await startUsers();
    const call = await serve(await createApplication(metadataFor(users), platform));
    expect((await call('mallory', 'client'))[0]).toBe(403);
    expect([users.server.requests, users.api.requests]).toEqual([[], []]);
  });

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
    const call = await serve(await createApplication({ imports: modules }, platform));
    for (const way of ways) {
      for (const module of ['module-0', 'module-1']) {
        expect(await call('ada', `${module}/${way}`)).toEqual([200, 'Bearer for-ada']);
      }
    }
    expect([one.api.requests.length, two.api.requests.length]).toEqual([ways.length, ways.length]);
  });

  it('may be told by withSubjectToken, where the request has no bearer token', async () => {
    const users = await startUsers();
    const app = await createApplication(metadataFor(users), platform);
    app.use((_request: unknown, _response: unknown, next: () => void) => {
      users.auth.withSubjectToken('of-the-session', next);
    });
    const call = await serve(app);
    expect(await call(undefined, 'observable')).toEqual([200, 'Bearer for-of-the-session']);
    expect(await call('ada', 'observable')).toEqual([200, 'Bearer for-ada']);
    const headers = { authorization: 'Basic YWRhOm9mLWFkYQ==' };
    const other = await fetch(`${await app.getUrl()}/client`, { headers });
    expect(await other.text()).toBe('Bearer for-of-the-session');
  });
});

it('troubles no test that puts something else in the place of OutboundAuth', async () => {
  @Controller()
  class EmptyController {
    @Get()
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

import { Controller, Get, Module, Query } from '@nestjs/common';
import { createOutboundAuth, OutboundAuth, tokenExchange } from '@outbound-auth/core';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OutboundHttpModule } from '../src/http/index.ts';
import { InjectOutboundAuth, OutboundAuthModule } from '../src/index.ts';
import { createApplication, platforms } from './application.ts';
import { ChosenController, PlainController, serve, startTwoClients } from './calling.ts';
import { exampleOptions } from './example-options.ts';

/** Calls by both instances. */
@Controller()
class BothController {
  readonly #auths: readonly OutboundAuth[];

  constructor(auth: OutboundAuth, @InjectOutboundAuth('partners') partners: OutboundAuth) {
    this.#auths = [auth, partners];
  }

  @Get()
  async call(@Query('url') url: string): Promise<string> {
    for (const auth of this.#auths) await auth.fetch(url);
    return 'done';
  }
}

describe.each(platforms)('$title', ({ platform }) => {
  describe('resolve', () => {
    it('chooses a tenant for each request, once, and a decorator goes before it', async () => {
      const upstream = await startTwoClients();
      const { billing, ledger } = upstream.options.clients;
      const asked: unknown[] = [];
      const root = OutboundAuthModule.forRoot({
        clients: { billing, ledger },
        resolveClient: (tenant) => ({ ...ledger, clientId: `tenant-${tenant}` }),
        resolve: (context) => {
          const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
          asked.push(headers['x-tenant']);
          return Promise.resolve(headers['x-tenant']?.toString());
        },
      });
      const call = await serve(
        {
          imports: [root, OutboundHttpModule.register({}), OutboundHttpModule.register({ client: 'ledger' })],
          controllers: [PlainController, ChosenController],
        },
        platform,
      );
      const url = `${upstream.api.origin}/shared`;
      for (const tenant of ['7', '8']) expect(await call(`plain?url=${url}`, { 'x-tenant': tenant })).toBe('done');
      await call(`method?url=${url}`, { 'x-tenant': '9' });
      expect(asked).toEqual(['7', '8']);
      const ids = ['tenant-7', 'tenant-7', 'tenant-8', 'tenant-8', 'id-of-ledger', 'id-of-ledger'];
      expect(upstream.callers().map(([, caller]) => caller)).toEqual(ids);
    });

    it('E36 chooses for each of several instances its own', async () => {
      const upstream = await startTwoClients();
      const rootOf = (name: string | undefined, client: string) =>
        OutboundAuthModule.forRoot({ ...upstream.options, name, resolve: () => ({ client }) });
      const imports = [rootOf(undefined, 'billing'), rootOf('partners', 'ledger')];
      for (const order of [imports, imports.toReversed()]) {
        const call = await serve({ imports: order, controllers: [BothController] }, platform);
        expect(await call(`?url=${upstream.api.origin}/shared`)).toBe('done');
      }
      const callers = ['id-of-billing', 'id-of-ledger', 'id-of-billing', 'id-of-ledger'];
      expect(upstream.callers().map(([, caller]) => caller)).toEqual(callers);
    });
  });

  describe('subjectToken', () => {
    async function startSessions() {
      const upstream = await startTwoClients();
      upstream.api.respondWith(() => ({ status: 200 }));
      const { billing, ledger } = upstream.options.clients;
      const clients = { billing: { ...billing, grant: tokenExchange() }, ledger };
      const subjects = () => upstream.server.requests.map(({ parameters }) => parameters.get('subject_token'));
      return { ...upstream, clients, subjects };
    }

    it('tells the user of a session, whatever bearer token the request came with', async () => {
      const { api, clients, subjects } = await startSessions();
      const root = OutboundAuthModule.forRoot({
        clients,
        subjectToken: (context) => {
          const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
          return Promise.resolve(headers.cookie?.replace('session=', 'token-of-'));
        },
      });
      const call = await serve(
        { imports: [root, OutboundHttpModule.register({})], controllers: [PlainController] },
        platform,
      );
      const headers = { cookie: 'session=ada', authorization: 'Bearer of-the-gateway' };
      expect(await call(`plain?url=${api.origin}/billing`, headers)).toBe('done');
      expect(subjects()).toEqual(['token-of-ada']);
      expect(await call(`plain?url=${api.origin}/billing`, { authorization: 'Bearer of-the-gateway' })).toContain(
        'Unauthorized',
      );
    });

    it('E36 tells each of several instances its own user', async () => {
      const { api, clients, subjects } = await startSessions();
      const rootOf = (name: string | undefined, subjectToken?: () => string) =>
        OutboundAuthModule.forRoot({ clients, name, subjectToken });
      const imports = [rootOf(undefined), rootOf('partners', () => 'of-the-partner')];
      for (const order of [imports, imports.toReversed()]) {
        const call = await serve({ imports: order, controllers: [BothController] }, platform);
        expect(await call(`?url=${api.origin}/billing`, { authorization: 'Bearer ada' })).toBe('done');
      }
      expect(subjects()).toEqual(['ada', 'of-the-partner', 'ada', 'of-the-partner']);
    });

    it('E36 of one instance is never the user of another, which may be private to a module', async () => {
      const { api, clients, subjects } = await startSessions();
      const rootOf = (name: string | undefined, isGlobal: boolean) =>
        OutboundAuthModule.forRoot({ clients, name, isGlobal, subjectToken: () => name ?? 'of-the-session' });
      const url = `?url=${api.origin}/billing`;
      for (const isGlobal of [true, false]) {
        const imports = [rootOf(undefined, true), rootOf('partners', isGlobal)];
        for (const order of [imports, imports.toReversed()]) {
          @Module({ imports: order, controllers: [BothController] })
          class PartnerModule {}
          const call = await serve({ imports: [PartnerModule] }, platform);
          expect(await call(url, { authorization: 'Bearer mallory' })).toBe('done');
        }
      }
      expect(subjects()).toEqual(Array.from({ length: 4 }, () => ['of-the-session', 'partners']).flat());
    });

    it('E36 counts for an OutboundAuth in each of its modules', async () => {
      const { api, clients, subjects } = await startSessions();
      const auth = createOutboundAuth({ clients });
      const imports = [
        OutboundAuthModule.forRoot(auth),
        OutboundAuthModule.forRoot(auth, { name: 'partners', subjectToken: () => 'of-the-session' }),
      ];
      for (const order of [imports, imports.toReversed()]) {
        const call = await serve({ imports: order, controllers: [BothController] }, platform);
        expect(await call(`?url=${api.origin}/billing`, { authorization: 'Bearer mallory' })).toBe('done');
      }
      expect(subjects()).toEqual(['of-the-session']);
    });

    it('is not needed where a middleware tells the user, and a decorator chooses the client', async () => {
      const { api, clients, subjects } = await startSessions();
      const auth = createOutboundAuth({ clients });
      const app = await createApplication(
        {
          imports: [
            OutboundAuthModule.forRoot(auth, { clients: ['billing', 'ledger'], resolve: () => undefined }),
            OutboundHttpModule.register({}),
            OutboundHttpModule.register({ client: 'ledger' }),
          ],
          controllers: [ChosenController],
        },
        platform,
      );
      onTestFinished(() => app.close());
      app.use((_request: unknown, _response: unknown, next: () => void) => {
        auth.withSubjectToken('of-the-session', next);
      });
      await app.listen(0, '127.0.0.1');
      expect(await (await fetch(`${await app.getUrl()}/controller?url=${api.origin}/shared`)).text()).toBe('done');
      expect(subjects()).toEqual(['of-the-session']);
    });
  });
});

describe('an application does not start', () => {
  it('with a resolve or a subjectToken that is no function', async () => {
    const wrong: object = { resolve: 'tenant-7', subjectToken: 7 };
    const app = await createApplication({ imports: [OutboundAuthModule.forRoot({ ...exampleOptions, ...wrong })] });
    await expect(app.init()).rejects.toMatchObject({
      problems: [{ path: 'OutboundAuthModule.resolve' }, { path: 'OutboundAuthModule.subjectToken' }],
    });
  });
});

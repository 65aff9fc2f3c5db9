import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type CanActivate, type INestApplication, Injectable, type ModuleMetadata, UseGuards } from '@nestjs/common';
import { GqlExecutionContext, GraphQLModule, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { OutboundAuth } from '@outbound-auth/core';
import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OutboundAuthModule, type OutboundAuthModuleExtras, UseOutboundClient } from '../src/index.ts';
import { createApplication, platforms } from './application.ts';
import { callAs, startUsers, type Users } from './users.ts';

const typeDefs = `
  type Book { entries: String! }
  type Query { entries: String! guarded: String! book: Book! }
`;

const ofRequest: NonNullable<OutboundAuthModuleExtras['subjectToken']> = (context) =>
  GqlExecutionContext.create(context).getContext<{ readonly req: IncomingMessage }>().req.headers.authorization;

@Injectable()
class CallingGuard implements CanActivate {
  readonly #auth: OutboundAuth;

  constructor(auth: OutboundAuth) {
    this.#auth = auth;
  }

  async canActivate(): Promise<boolean> {
    return (await this.#auth.client('ledger').getAccessToken()).expiresAt > 0;
  }
}

function metadataFor({ auth, api }: Users, subjectToken?: typeof ofRequest): ModuleMetadata {
  const root = OutboundAuthModule.forRoot(auth, { clients: ['ledger'], subjectToken });

  @Resolver('Book')
  @UseOutboundClient('ledger')
  class BookResolver {
    readonly #auth: OutboundAuth;

    constructor(auth: OutboundAuth) {
      this.#auth = auth;
    }

    @Query('entries')
    async entries(): Promise<string> {
      await setImmediate();
      return (await this.#auth.fetch(api.origin)).text();
    }

    @Query('guarded')
    @UseGuards(CallingGuard)
    guarded(): string {
      return 'guarded';
    }

    @Query('book')
    book(): object {
      return { url: api.origin };
    }

    @ResolveField('entries')
    async entriesOf(@Parent() { url }: { readonly url: string }): Promise<string> {
      return (await this.#auth.fetch(url)).text();
    }
  }
  const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    typeDefs,
    // Nest asks no interceptor for fields below a query otherwise.
    fieldResolverEnhancers: ['interceptors'],
  });
  return { imports: [root, graphql], providers: [BookResolver] };
}

/** Listens; gives what sends a query as a user. */
async function serve(app: INestApplication) {
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/graphql`;
  return async (user: string | undefined, query: string): Promise<unknown> => {
    const [, text] = await callAs(user, url, { method: 'POST', body: JSON.stringify({ query }) });
    return JSON.parse(text);
  };
}

describe.each(platforms)('GraphQL, $title', ({ platform }) => {
  it('calls on behalf of the user that a function of the options finds in its context', async () => {
    const users = await startUsers();
    const query = await serve(await createApplication(metadataFor(users, ofRequest), platform));
    const answers = await Promise.all(['ada', 'bob'].map((user) => query(user, '{ entries }')));
    expect(answers).toEqual(['ada', 'bob'].map((user) => ({ data: { entries: `Bearer for-${user}` } })));
  });

  it('calls of fields do too, where they have interceptors', async () => {
    const users = await startUsers();
    const query = await serve(await createApplication(metadataFor(users, ofRequest), platform));
    expect(await query('ada', '{ book { entries } }')).toEqual({ data: { book: { entries: 'Bearer for-ada' } } });
  });

  it('calls on behalf of nobody without such a function', async () => {
    const users = await startUsers();
    const query = await serve(await createApplication(metadataFor(users), platform));
    expect(await query('ada', '{ entries }')).toMatchObject({ errors: [{ message: 'Unauthorized' }] });
    expect(users.api.requests).toEqual([]);
  });

  it('E37 is told the status of an error, and nothing of why', async () => {
    const users = await startUsers();
    const query = await serve(await createApplication(metadataFor(users, ofRequest), platform));
    const answer = await query(undefined, '{ entries }');
    expect(answer).toMatchObject({ errors: [{ message: 'Unauthorized', extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(JSON.stringify(answer)).not.toMatch(/ledger|token/);
    const guarded = await query(undefined, '{ guarded }');
    expect(guarded).toMatchObject({ errors: [{ message: 'Unauthorized', extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(JSON.stringify(guarded)).not.toMatch(/ledger|token/);
    expect(users.api.requests).toEqual([]);
  });
});

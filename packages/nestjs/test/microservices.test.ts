import {
  Catch,
  Controller,
  type INestMicroservice,
  Module,
  type ModuleMetadata,
  type Provider,
  type RpcExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  type TcpOptions,
  Transport,
} from '@nestjs/microservices';
import { createOutboundAuth, OutboundAuth, OutboundAuthError, tokenExchange } from '@outbound-auth/core';
import { Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { firstValueFrom, type Observable, throwError } from 'rxjs';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { OutboundAuthModule, UseOutboundClient } from '../src/index.ts';
import { createApplication, platforms } from './application.ts';
import { startUsers, type Users } from './users.ts';

interface Message {
  readonly userToken?: string | undefined;
  readonly url: string;
}

@Controller()
class LedgerController {
  readonly #auth: OutboundAuth;

  constructor(auth: OutboundAuth) {
    this.#auth = auth;
  }

  @MessagePattern('entries')
  async entries(@Payload() { url }: Message): Promise<string> {
    await setImmediate();
    return (await this.#auth.fetch(url)).text();
  }

  @MessagePattern('chosen')
  @UseOutboundClient('auditing')
  async chosen(@Payload() { url }: Message): Promise<string> {
    return (await this.#auth.fetch(url)).text();
  }
}

// Any free port.
const options: TcpOptions = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } };

function metadataFor({ client }: Users): ModuleMetadata {
  const ledger = { ...client, grant: tokenExchange() };
  const auth = createOutboundAuth({ clients: { ledger, auditing: { ...ledger, scope: 'audit' } } });
  const root = OutboundAuthModule.forRoot(auth, {
    clients: ['auditing'],
    resolve: () => ({ client: 'ledger' }),
    subjectToken: (context) => context.switchToRpc().getData<Message>().userToken,
  });
  return { imports: [root], controllers: [LedgerController] };
}

/** Connects to a microservice; gives what sends a message to it. */
async function connectTo(service: INestMicroservice): Promise<(pattern: string, message: Message) => Promise<unknown>> {
  const server: unknown = service.unwrap();
  const address = server instanceof Server ? server.address() : undefined;
  if (typeof address !== 'object' || address === null) throw new TypeError('no port');
  const client = ClientProxyFactory.create({ ...options, options: { host: '127.0.0.1', port: address.port } });
  await client.connect();
  onTestFinished(async () => {
    await client.close();
  });
  return async (pattern, message) => {
    const answer: unknown = await firstValueFrom(client.send<unknown>(pattern, message));
    return answer;
  };
}

async function startMicroservice(users: Users, providers: readonly Provider[] = []): ReturnType<typeof connectTo> {
  @Module({ ...metadataFor(users), providers: [...providers] })
  class AppModule {}
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class that nobody instantiates
  const service = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, { ...options, logger: false });
  await service.listen();
  onTestFinished(() => service.close());
  return connectTo(service);
}

describe(`a microservice of NestJS ${inject('nest')}`, () => {
  it('calls on behalf of the user that a function of its options finds in the message', async () => {
    const users = await startUsers();
    const send = await startMicroservice(users);
    const messages = ['ada', 'bob', 'ada'].map((userToken) => ({ userToken, url: users.api.origin }));
    const answers = await Promise.all(messages.map((message) => send('entries', message)));
    expect(answers).toEqual(['Bearer for-ada', 'Bearer for-bob', 'Bearer for-ada']);
    expect(users.server.requests).toHaveLength(2);
  });

  it('takes the client that @UseOutboundClient chooses', async () => {
    const users = await startUsers();
    const send = await startMicroservice(users);
    await send('chosen', { userToken: 'ada', url: users.api.origin });
    expect(users.server.requests.map(({ parameters }) => parameters.get('scope'))).toEqual(['audit']);
  });

  it('hands its filters the error itself', async () => {
    const users = await startUsers();
    @Catch(OutboundAuthError)
    class OutboundAuthFilter implements RpcExceptionFilter<OutboundAuthError> {
      catch({ code }: OutboundAuthError): Observable<never> {
        return throwError(() => ({ code }));
      }
    }
    const send = await startMicroservice(users, [{ provide: APP_FILTER, useClass: OutboundAuthFilter }]);
    await expect(send('entries', { url: users.api.origin })).rejects.toEqual({ code: 'subject_token_missing' });
  });

  it('E37 answers a message of no user with nothing of why', async () => {
    const users = await startUsers();
    const send = await startMicroservice(users);
    const failure = send('entries', { url: users.api.origin });
    await expect(failure).rejects.toEqual({ status: 'error', message: 'Internal server error' });
    expect(users.api.requests).toEqual([]);
  });
});

it.each(platforms)(
  'a hybrid application that inherits its configuration serves messages too, on $platform',
  async ({ platform }) => {
    const users = await startUsers();
    const app = await createApplication(metadataFor(users), platform);
    onTestFinished(() => app.close());
    const service = app.connectMicroservice<MicroserviceOptions>(options, { inheritAppConfig: true });
    await app.startAllMicroservices();
    const send = await connectTo(service);
    expect(await send('entries', { userToken: 'ada', url: users.api.origin })).toBe('Bearer for-ada');
  },
);

import type { ArgumentsHost, ModuleMetadata } from '@nestjs/common';
import { type AdapterUnderTest, serveCalls, type ServedCalls } from '@outbound-auth/testing';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createApplication } from './application.ts';

/** What a controller injects the calls of the contract by. */
export const callsToken = Symbol('calls');

/** Serves a Nest application, whose controller makes the calls of the contract. */
export async function serveApplication(metadata: ModuleMetadata): Promise<AdapterUnderTest> {
  let calls: ServedCalls;
  const app = await createApplication({
    ...metadata,
    providers: [
      { provide: callsToken, useValue: { callOf: (id) => calls.callOf(id) } satisfies Pick<ServedCalls, 'callOf'> },
    ],
  });
  app.useGlobalFilters({
    catch: (error: unknown, host: ArgumentsHost) => {
      const http = host.switchToHttp();
      calls.failed(http.getRequest<IncomingMessage>().headers['x-call'], error);
      http.getResponse<ServerResponse>().writeHead(500).end();
    },
  });
  await app.init();
  const served = await serveCalls((given) => {
    calls = given;
    return app.getHttpAdapter().getInstance();
  });
  return {
    call: (call) => served.call(call),
    close: async () => {
      await served.close();
      await app.close();
    },
  };
}

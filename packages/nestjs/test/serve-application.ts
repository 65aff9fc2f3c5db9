import type { ArgumentsHost, ModuleMetadata } from '@nestjs/common';
import { isOutboundAuthError } from '@outbound-auth/core';
import { type AdapterUnderTest, serveCalls, type ServedCalls } from '@outbound-auth/testing';
import type { IncomingMessage } from 'node:http';
import { createApplication, listenerOf, type Platform } from './application.ts';

/** What a controller injects the calls of the contract by. */
export const callsToken = Symbol('calls');

/** Serves a Nest application, whose controller makes the calls of the contract. */
export async function serveApplication(metadata: ModuleMetadata, platform: Platform): Promise<AdapterUnderTest> {
  let calls: ServedCalls;
  const useValue: Pick<ServedCalls, 'callOf'> = { callOf: (id) => calls.callOf(id) };
  const app = await createApplication({ ...metadata, providers: [{ provide: callsToken, useValue }] }, platform);
  app.useGlobalFilters({
    catch: (error: unknown, host: ArgumentsHost) => {
      const http = host.switchToHttp();
      calls.failed(http.getRequest<IncomingMessage>().headers['x-call'], errorIn(error));
      app.getHttpAdapter().reply(http.getResponse(), 'failed', 500);
    },
  });
  await app.init();
  const listener = await listenerOf(app);
  const served = await serveCalls((given) => {
    calls = given;
    return listener;
  });
  return {
    call: (call) => served.call(call),
    close: async () => {
      await served.close();
      await app.close();
    },
  };
}

/** Nest's filters get ours as the cause of one that they know. */
function errorIn(error: unknown): unknown {
  return error instanceof Error && isOutboundAuthError(error.cause) ? error.cause : error;
}

import type { HttpService } from '@nestjs/axios';
import type { OutboundAuthOptions } from '@outbound-auth/core';
import {
  type AuthorizationServer,
  type ProtectedApi,
  startAuthorizationServer,
  startProtectedApi,
} from '@outbound-auth/testing';
import { firstValueFrom } from 'rxjs';

/** An API that two clients call, each below a path of its own, and both below `/shared`. */
export interface Upstream extends AsyncDisposable {
  readonly server: AuthorizationServer;
  readonly api: ProtectedApi;
  readonly options: OutboundAuthOptions<'billing' | 'ledger'>;
  /** For each request that has arrived, its path and the client that its token was issued to. */
  callers(): (string | undefined)[][];
}

export async function startUpstream(): Promise<Upstream> {
  const server = await startAuthorizationServer();
  const api = await startProtectedApi({ verify: server });
  const client = (name: string) => ({
    tokenEndpoint: server.tokenEndpoint,
    clientId: `id-of-${name}`,
    clientSecret: 'a secret',
    attachTo: [`${api.origin}/${name}`, `${api.origin}/shared`],
  });
  return {
    server,
    api,
    options: { clients: { billing: client('billing'), ledger: client('ledger') } },
    callers: () =>
      api.requests.map(({ path, headers }) => [
        path,
        server.issuedTokens.find(({ accessToken }) => headers['authorization'] === `Bearer ${accessToken}`)?.clientId,
      ]),
    async [Symbol.asyncDispose]() {
      await Promise.all([server.close(), api.close()]);
    },
  };
}

export async function statusOf(http: HttpService, url: string): Promise<number> {
  const { status } = await firstValueFrom(http.get(url, { validateStatus: () => true }));
  return status;
}

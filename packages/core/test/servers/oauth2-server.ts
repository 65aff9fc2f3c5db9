import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import OAuth2 from '@node-oauth/oauth2-server';
import { listen } from './listen.ts';
import { endpoints, type FormRequest } from './oauth2/endpoints.ts';
import { MemoryModel, type RegisteredClient } from './oauth2/memory-model.ts';
import { users } from './oidc/users.ts';
import { TokenRequestLog, type TokenRequest } from './token-request-log.ts';

/** What differs from one server to the next. */
export interface OAuth2ServerOptions {
  /** Seconds that access tokens live. Default: 60. */
  readonly accessTokenLifetime?: number;
  /** Seconds that refresh tokens live. Default: 3600. */
  readonly refreshTokenLifetime?: number;
  /** A refresh token is good once, and the answer has the next one. Default: true. */
  readonly rotateRefreshToken?: boolean;
}

/** The real `@node-oauth/oauth2-server` on loopback: plain OAuth 2.0, opaque tokens, no discovery. */
export interface OAuth2ServerInstance {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
  /** Takes this server's access tokens: 200 and `{ client, user, scope }`. */
  readonly api: string;
  readonly clients: {
    /** May use every grant, and both scopes. */
    readonly service: RegisteredClient;
    /** May use client credentials alone, to read. */
    readonly reader: RegisteredClient;
  };
  readonly users: typeof users;
  /** The token requests in order of arrival, refused ones too. */
  readonly tokenRequests: readonly TokenRequest[];
  /** How many of them came from this client, with this grant. */
  countTokenRequests(of?: Partial<TokenRequest>): number;
  /** Stops at once; open connections are cut. */
  close(): Promise<void>;
}

export async function startOAuth2Server(options: OAuth2ServerOptions = {}): Promise<OAuth2ServerInstance> {
  const { accessTokenLifetime = 60, refreshTokenLifetime = 3600, rotateRefreshToken = true } = options;
  const clients = {
    service: client('service', ['client_credentials', 'password', 'refresh_token'], ['read', 'write']),
    reader: client('reader', ['client_credentials'], ['read']),
  };
  const model = new MemoryModel(Object.values(clients), Object.values(users));
  const oauth2 = new OAuth2({
    model,
    accessTokenLifetime,
    refreshTokenLifetime,
    alwaysIssueNewRefreshToken: rotateRefreshToken,
  });
  const log = new TokenRequestLog();
  const handlers = endpoints(oauth2, model);
  const { server, origin, close } = await listen();

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readForm(message);
    const handle = handlers[request.path];
    const { status, headers, body } = handle ? await handle(request) : { status: 404, headers: {}, body: {} };
    if (request.path === '/token') log.requests.push({ ...asked(request), status });
    send(response, status, body, headers);
  };
  server.on('request', (message, response) => {
    serve(message, response).catch((error: unknown) =>
      send(response, 500, { error: `the server failed: ${String(error)}` }),
    );
  });
  return {
    issuer: origin,
    tokenEndpoint: `${origin}/token`,
    revocationEndpoint: `${origin}/revoke`,
    api: `${origin}/api`,
    clients,
    users,
    tokenRequests: log.requests,
    countTokenRequests: (of) => log.count(of),
    close,
  };
}

function client(clientId: string, grants: readonly string[], scopes: readonly string[]): RegisteredClient {
  return { clientId, clientSecret: randomUUID(), grants, scopes };
}

async function readForm(message: IncomingMessage): Promise<FormRequest> {
  const { method = '', url = '' } = message;
  const headers = Object.entries(message.headers).map(([name, value = '']) => [name, String(value)] as const);
  const form = Object.fromEntries(new URLSearchParams(await text(message)));
  return { method, path: url, headers: Object.fromEntries(headers), form };
}

/** Whom a request says it is of, and what it wants. */
function asked({ headers, form }: FormRequest): Pick<TokenRequest, 'clientId' | 'grantType'> {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(headers['authorization'] ?? '') ?? [];
  const [id = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  return { clientId: form['client_id'] ?? id, grantType: form['grant_type'] ?? '' };
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
}

import * as oauth from 'oauth4webapi';
import type { SecretSource } from '../secret.ts';
import type { Nonces } from '../nonces.ts';
import type { Prove } from '../tokens/access-token.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import type { Credentials, DraftParts } from './credentials.ts';
import type { Server } from './discovery.ts';
import type { FillDraft } from './draft.ts';
import type { ProofKeys } from './proof-keys.ts';
import type { GrantRequest } from './token-endpoint.ts';

/** How a client's token requests are written. */
export interface PostSettings {
  readonly clientId: string;
  readonly tokenRequestFormat: 'form' | 'json';
  readonly tokenRequestHeaders: readonly (readonly [name: string, value: SecretSource])[];
  readonly dpop: ProofKeys | undefined;
  readonly nonces: Nonces;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: { now(): number };
}

/** One POST, with all that it needs. */
export interface Post {
  readonly server: Server;
  readonly grantType: string;
  readonly request: TokenRequest;
  readonly grant: GrantRequest;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

/** What came back, when it was sent, and the key that the token is bound to. */
export interface Posted {
  readonly response: Response;
  /** In milliseconds since the epoch. */
  readonly sentAt: number;
  readonly prove: Prove | undefined;
}

/** Sends one token request, by `oauth4webapi` but for what servers want beside the RFC. */
export async function post(settings: PostSettings, { server, request, ...given }: Post): Promise<Posted> {
  const { grantType, grant, credentials, signal } = given;
  const url = new URL(server.token_endpoint);
  let sentAt = settings.clock.now();
  let prove: Prove | undefined;
  const response = await oauth.genericTokenEndpointRequest(
    forProtocol(server),
    { client_id: settings.clientId },
    async (_server, _client, body, headers) => {
      const parts: DraftParts = { body, headers, tokenEndpoint: server.token_endpoint, issuer: server.issuer };
      await credentials.fill(parts, async (draft) => {
        await addHeaders(settings.tokenRequestHeaders)(draft);
        await grant.fill?.(draft);
        prove = await settings.dpop?.next(draft);
        if (prove !== undefined) headers.set('dpop', await prove('POST', url));
      });
      await credentials.authenticate(parts);
    },
    grantType,
    formOf(request),
    {
      signal,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- our own rule has checked, and lets loopback through
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (address, init) => {
        // Whoever asked has given up, and must be able to rely on it that nothing was sent.
        signal.throwIfAborted();
        // The lifetime counts from here: what a secret's function took is not the token's time.
        sentAt = settings.clock.now();
        return settings.fetch(address, settings.tokenRequestFormat === 'json' ? asJson(init) : init);
      },
    },
  );
  settings.nonces.remember(url, response.headers.get('dpop-nonce'));
  return { response, sentAt, prove };
}

/** Adds the headers that the server wants of the client in every request, such as an API key. */
export function addHeaders(headers: PostSettings['tokenRequestHeaders']): FillDraft {
  return async (draft) => {
    for (const [name, value] of headers) draft.headers.set(name, await draft.secret(value));
  };
}

/** `oauth4webapi` asks for an issuer in every server; where none is known it stays unused. */
export function forProtocol(server: Server): oauth.AuthorizationServer {
  const { issuer = server.token_endpoint, token_endpoint, revocation_endpoint } = server;
  return { issuer, token_endpoint, ...(revocation_endpoint === undefined ? {} : { revocation_endpoint }) };
}

function formOf(request: TokenRequest): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of request.parameters) form.append(name, value);
  if (request.scope !== undefined) form.set('scope', request.scope);
  for (const value of request.audience) form.append('audience', value);
  for (const value of request.resource) form.append('resource', value);
  return form;
}

/** The same members as JSON: one value as a text, several as a list. */
function asJson(init: oauth.CustomFetchOptions<'POST', URLSearchParams>): RequestInit {
  const members = new Map<string, string | string[]>();
  for (const name of init.body.keys()) {
    const values = init.body.getAll(name);
    const [first = ''] = values;
    members.set(name, values.length === 1 ? first : values);
  }
  const headers = { ...init.headers, 'content-type': 'application/json' };
  return { ...init, headers, body: JSON.stringify(Object.fromEntries(members)) };
}

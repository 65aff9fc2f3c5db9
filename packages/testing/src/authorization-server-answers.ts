import { presentedClient } from './client-check.ts';
import type { TokenRegistry } from './issued-tokens.ts';
import { jsonAnswer, type ReadyAnswer } from './ready-answer.ts';
import type { RecordedRequest } from './recorded-request.ts';

/** What an authorization server answers by. */
export interface AnswerSettings {
  readonly tokens: TokenRegistry;
  /** In seconds. */
  readonly expiresIn: number;
  readonly clients: Readonly<Record<string, string>> | undefined;
  readonly accessToken: ((request: RecordedRequest) => string | Promise<string>) | undefined;
}

/** The answers of an authorization server where no script says otherwise. */
export interface Answers {
  readonly token: (request: RecordedRequest) => Promise<ReadyAnswer>;
  readonly revocation: (request: RecordedRequest) => ReadyAnswer;
}

export const discoveryPaths: readonly string[] = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];

export function metadata(issuer: string): object {
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/revoke`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
  };
}

export function answersOf({ tokens, expiresIn, clients, accessToken }: AnswerSettings): Answers {
  return {
    token: async (request) => {
      const refusal = refused(request, 'grant_type', clients);
      if (refusal !== undefined) return refusal;
      const { clientId } = presentedClient(request);
      const scope = request.parameters.get('scope') ?? '';
      const issued = tokens.issue(clientId, scope, expiresIn, await accessToken?.(request));
      const granted = { access_token: issued.accessToken, token_type: 'Bearer', expires_in: expiresIn };
      return jsonAnswer(200, scope === '' ? granted : { ...granted, scope }, { 'cache-control': 'no-store' });
    },
    revocation: (request) => {
      const refusal = refused(request, 'token', clients);
      // One that isn't known is as good as revoked (RFC 7009 §2.2).
      if (refusal === undefined) tokens.end(request.parameters.get('token') ?? '');
      return refusal ?? jsonAnswer(200, {});
    },
  };
}

/** What is wrong with a request, if anything. */
function refused(
  request: RecordedRequest,
  wanted: string,
  clients: AnswerSettings['clients'],
): ReadyAnswer | undefined {
  if (request.method !== 'POST') return jsonAnswer(405, { error: 'invalid_request' }, { allow: 'POST' });
  if (!request.parameters.has(wanted)) {
    return jsonAnswer(400, { error: 'invalid_request', error_description: `${wanted} is missing` });
  }
  const { clientId, clientSecret, method } = presentedClient(request);
  if (!clients || (Object.hasOwn(clients, clientId) && clients[clientId] === clientSecret)) return undefined;
  // RFC 6749 §5.2: the challenge is due only to a client that came by the Authorization header.
  const challenge = method === 'basic' ? { 'www-authenticate': 'Basic realm="token"' } : undefined;
  return jsonAnswer(401, { error: 'invalid_client' }, challenge);
}

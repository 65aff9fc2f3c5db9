import OAuth2Server from '@node-oauth/oauth2-server';
import type { MemoryModel } from './memory-model.ts';

/** A request with a form, read whole. */
export interface FormRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** An answer in JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The server's endpoints by their paths. */
export function endpoints(
  oauth2: OAuth2Server,
  model: MemoryModel,
): Readonly<Record<string, (request: FormRequest) => Promise<JsonAnswer>>> {
  return {
    '/token': (request) =>
      answer(request, async (asked, answered) => {
        await oauth2.token(asked, answered);
        const body: unknown = answered.body;
        return body;
      }),
    // RFC 7009; the library has none.
    '/revoke': (request) => answer(request, () => revoke(model, request)),
    '/api': (request) =>
      answer(request, async (asked, answered) => {
        const { client, user, scope } = await oauth2.authenticate(asked, answered);
        const username: unknown = user['username'];
        return { client: client.id, user: username, scope };
      }),
  };
}

type Handle = (asked: OAuth2Server.Request, answered: OAuth2Server.Response) => Promise<unknown>;

async function answer({ headers, method, form }: FormRequest, handle: Handle): Promise<JsonAnswer> {
  const asked = new OAuth2Server.Request({ headers: { ...headers }, method, query: {}, body: form });
  const answered = new OAuth2Server.Response();
  try {
    const body = await handle(asked, answered);
    return { status: 200, headers: answered.headers ?? {}, body };
  } catch (error) {
    if (!(error instanceof OAuth2Server.OAuthError)) throw error;
    const body = { error: error.name, error_description: error.message };
    return { status: error.code, headers: answered.headers ?? {}, body };
  }
}

async function revoke(model: MemoryModel, { headers, form }: FormRequest): Promise<object> {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(headers['authorization'] ?? '') ?? [];
  const [, id, secret] = /^([^:]*):(.*)$/.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  const clientId = id ?? form['client_id'] ?? '';
  const client = await model.getClient(clientId, secret ?? form['client_secret'] ?? '');
  if (!client) throw new OAuth2Server.InvalidClientError('Invalid client: client is invalid', { code: 401 });
  const { token } = form;
  if (token === undefined) throw new OAuth2Server.InvalidRequestError('Missing parameter: `token`');
  await model.revokeFor(client, token);
  return {};
}

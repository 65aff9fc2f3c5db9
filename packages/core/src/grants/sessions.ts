import { isOutboundAuthError } from '../errors.ts';
import { reasonOf, Secrets, systemCode } from '../redact.ts';
import type { GrantedToken, TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import { MemoryCache } from '../memory-cache.ts';
import type { TokenRequest, TokenSource } from '../tokens/token-source.ts';
import { Turns } from './turns.ts';

/** What a session's refresh token is good for. */
interface Session {
  readonly refreshToken: string;
  /** The server gave no other one for it: it may be sent again, whatever became of a request with it. */
  readonly reusable: boolean;
}

/** Told of each refresh token that takes another's place, before its access token is used. */
export type OnRotated = (refreshToken: string) => void | Promise<void>;

/** How a session begins, and whose it is. */
export interface SessionSettings {
  /** Asks for the first token, and again when the refresh token is refused. */
  begin(request: TokenRequest): Promise<GrantedToken>;
  /** Requests with the same session share one refresh token. */
  sessionOf(request: TokenRequest): string;
  readonly onRotated?: OnRotated | undefined;
}

// As many as a client's memory cache keeps tokens by default.
const capacity = 10_000;

/**
 * Gets the next token by the refresh token that came with the last, and goes back to the grant once if that is refused.
 * A refresh token that the server may have exchanged already is never sent again: it would take that for theft.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export class SessionSource implements TokenSource {
  readonly #endpoint: TokenEndpoint;
  readonly #settings: SessionSettings;
  readonly #sessions = new MemoryCache<Session>(capacity);
  readonly #turns = new Turns();

  constructor(endpoint: TokenEndpoint, settings: SessionSettings) {
    this.#endpoint = endpoint;
    this.#settings = settings;
  }

  getToken(request: TokenRequest): Promise<AccessToken> {
    const id = this.#settings.sessionOf(request);
    return this.#turns.take(id, async () => {
      const { accessToken, refreshToken } =
        (await this.#refreshed(id, request)) ?? (await this.#settings.begin(request));
      if (refreshToken !== undefined && this.#sessions.get(id) === undefined) {
        this.#sessions.set(id, { refreshToken, reusable: false });
      }
      return accessToken;
    });
  }

  endSession(request: TokenRequest): string | undefined {
    const id = this.#settings.sessionOf(request);
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    return session?.refreshToken;
  }

  /** Undefined if there is no session, or no more. */
  async #refreshed(id: string, request: TokenRequest): Promise<GrantedToken | undefined> {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    // In use from here on: whatever becomes of this request, none after it finds the token by chance.
    this.#sessions.delete(id);
    try {
      const granted = await requestByRefreshToken(this.#endpoint, request, () => session.refreshToken);
      const { refreshToken = session.refreshToken } = granted;
      const rotated = refreshToken !== session.refreshToken;
      this.#sessions.set(id, { refreshToken, reusable: !rotated });
      if (rotated) await tellRotated(this.#settings.onRotated, refreshToken);
      return granted;
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome === 'refused' || (outcome === 'unknown' && !session.reusable)) return undefined;
      this.#sessions.set(id, session);
      throw error;
    }
  }
}

/** One token request by a refresh token. @see https://www.rfc-editor.org/rfc/rfc6749#section-6 */
export function requestByRefreshToken(
  endpoint: TokenEndpoint,
  request: TokenRequest,
  source: () => string | Promise<string>,
): Promise<GrantedToken> {
  return endpoint.request('refresh_token', request, {
    fill: async ({ body, secret }) => {
      body.set('refresh_token', await secret(source));
    },
  });
}

const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** What became of a refresh token whose request failed: `unused`, `refused`, or nobody knows. */
function outcomeOf(error: unknown): 'unused' | 'refused' | 'unknown' {
  if (!isOutboundAuthError(error)) return 'unknown';
  const { code, server } = error;
  if (code === 'credential_unavailable' || code === 'discovery_failed') return 'unused';
  if (code === 'token_endpoint_unreachable' && neverSent.has(systemCode(error) ?? '')) return 'unused';
  // The client was refused, or everybody is held off: the refresh token was not looked at.
  if (server?.error === 'invalid_client' || server?.error === 'unauthorized_client') return 'unused';
  if (server?.status === 429 || server?.status === 503) return 'unused';
  if (code === 'token_request_refused' || code === 'subject_token_refused') return 'refused';
  return 'unknown';
}

/** The access token is good, whoever fails to note the refresh token: that becomes a warning of the process. */
export async function tellRotated(onRotated: OnRotated | undefined, refreshToken: string): Promise<void> {
  try {
    await onRotated?.(refreshToken);
  } catch (error) {
    const secrets = new Secrets();
    secrets.add(refreshToken);
    const reason = reasonOf(secrets.cleanError(error));
    process.emitWarning(`onRotated threw, and may have lost a refresh token: ${reason}`, 'OutboundAuthWarning');
  }
}

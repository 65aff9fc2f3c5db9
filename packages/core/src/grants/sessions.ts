import { TokenRequestError } from '../errors.ts';
import { MemoryCache } from '../memory-cache.ts';
import { reasonOf, Secrets } from '../redact.ts';
import type { GrantedToken, TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import type { TokenRequest, TokenSource } from '../tokens/token-source.ts';
import { outcomeOf, requestByRefreshToken } from './refreshing.ts';
import { Turns } from './turns.ts';

/** What a session's refresh token is good for. */
interface Session {
  readonly refreshToken: string;
  /** The server gave no other one for it: it may be sent again, whatever became of a request with it. */
  readonly reusable: boolean;
}

/** Told of each refresh token that takes another's place, before its access token is used. */
export type OnRotated = (refreshToken: string) => void | Promise<void>;

/** What a session begins with. */
export interface Beginning extends GrantedToken {
  /** Whether its refresh token was used before and is still the same. Default: false. */
  readonly reusable?: boolean;
}

/** A session's refresh token that came to its end, and what told so. */
export interface Lost {
  readonly refreshToken: string;
  readonly error: unknown;
}

/** How a session begins, and whose it is. */
export interface SessionSettings {
  /** Asks for the first token, and again when the refresh token is lost. */
  begin(request: TokenRequest, lost: Lost | undefined): Promise<Beginning>;
  /** Requests with the same session share one refresh token. */
  sessionOf(request: TokenRequest): string;
  readonly onRotated?: OnRotated | undefined;
  /** The refresh token that a session would begin with, where it begins with one. */
  readonly first?: (() => Promise<string | undefined>) | undefined;
  /** Told of each refresh token that must not be sent again. */
  readonly onSpent?: ((refreshToken: string) => void) | undefined;
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
    return this.#take(id, async () => {
      const session = this.#sessions.get(id);
      const next = session === undefined ? undefined : await this.#next(id, session, request);
      if (next !== undefined && 'accessToken' in next) return next.accessToken;
      const { accessToken, refreshToken, reusable = false } = await this.#settings.begin(request, next);
      if (refreshToken !== undefined) this.#sessions.set(id, { refreshToken, reusable });
      return accessToken;
    });
  }

  endSession(request: TokenRequest): Promise<string | undefined> {
    const id = this.#settings.sessionOf(request);
    return this.#take(id, async () => {
      const refreshToken = this.#sessions.get(id)?.refreshToken ?? (await this.#settings.first?.());
      if (refreshToken !== undefined) this.#end(id, refreshToken);
      return refreshToken;
    });
  }

  /** Waits for those before no longer than a token request may take: each of them may take that long. */
  #take<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(id, work, async (before) => {
      await this.#endpoint
        .within(() => before)
        .catch(() => {
          const { client } = this.#endpoint;
          const message = `client '${client}': no token in time, for other requests of the same session take so long. Ask for fewer scopes and audiences, or raise requestTimeout`;
          throw new TokenRequestError(message, { code: 'token_request_timeout', client });
        });
    });
  }

  async #next(id: string, session: Session, request: TokenRequest): Promise<GrantedToken | Lost> {
    const { refreshToken } = session;
    const asked = { once: false };
    try {
      const granted = await requestByRefreshToken(this.#endpoint, request, () => {
        asked.once = true;
        return refreshToken;
      });
      await this.#replace(id, session, granted.refreshToken ?? refreshToken);
      return granted;
    } catch (error) {
      const outcome = asked.once ? outcomeOf(error) : 'unused';
      if (outcome === 'unused' || (outcome === 'unknown' && session.reusable)) throw error;
      if (outcome === 'unknown') this.#end(id, refreshToken);
      else this.#sessions.delete(id);
      return { refreshToken, error };
    }
  }

  async #replace(id: string, session: Session, refreshToken: string): Promise<void> {
    const rotated = refreshToken !== session.refreshToken;
    if (rotated) this.#end(id, session.refreshToken);
    this.#sessions.set(id, { refreshToken, reusable: !rotated });
    if (rotated) await tellRotated(this.#endpoint, this.#settings.onRotated, refreshToken);
  }

  #end(id: string, refreshToken: string): void {
    this.#sessions.delete(id);
    this.#settings.onSpent?.(refreshToken);
  }
}

/** The access token is good, whoever fails to note the refresh token: that becomes a warning of the process. */
export async function tellRotated(
  endpoint: TokenEndpoint,
  onRotated: OnRotated | undefined,
  refreshToken: string,
): Promise<void> {
  if (onRotated === undefined) return;
  try {
    await endpoint.within(() => onRotated(refreshToken));
  } catch (error) {
    const secrets = new Secrets();
    secrets.add(refreshToken);
    const reason = reasonOf(secrets.cleanError(error));
    process.emitWarning(`onRotated failed, and may have lost a refresh token: ${reason}`, 'OutboundAuthWarning');
  }
}

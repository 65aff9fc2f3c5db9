import { OutboundAuthError, TokenRequestError } from '../errors.ts';
import { reasonOf, Secrets } from '../redact.ts';
import type { GrantedToken, TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import type { TokenRequest, TokenSource } from '../tokens/token-source.ts';
import { outcomeOf, requestByRefreshToken } from './refreshing.ts';
import { type HeldSession, MemorySessions, type Session, type SessionKeeper } from './session-keeper.ts';
import { Turns } from './turns.ts';

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
  begin(request: TokenRequest, held: HeldSession, lost: Lost | undefined): Promise<Beginning>;
  /** Requests with the same session share one refresh token. */
  sessionOf(request: TokenRequest): string;
  readonly onRotated?: OnRotated | undefined;
  /** The refresh token that a session would begin with, where it begins with one. */
  readonly first?: ((held: HeldSession) => Promise<string | undefined>) | undefined;
}

/**
 * Gets the next token by the refresh token that came with the last, and goes back to the grant once if that is refused.
 * A refresh token that the server may have exchanged already is never sent again: it would take that for theft.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export class SessionSource implements TokenSource {
  readonly #endpoint: TokenEndpoint;
  readonly #settings: SessionSettings;
  readonly #keeper: SessionKeeper;
  readonly #turns = new Turns();

  constructor(endpoint: TokenEndpoint, settings: SessionSettings, keeper: SessionKeeper = new MemorySessions()) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#keeper = keeper;
  }

  getToken(request: TokenRequest): Promise<AccessToken> {
    return this.#take(request, async (held) => {
      const { session } = held;
      const next = session === undefined ? undefined : await this.#next(held, session, request);
      if (next !== undefined && 'accessToken' in next) return next.accessToken;
      const { accessToken, refreshToken, reusable = false } = await this.#settings.begin(request, held, next);
      if (refreshToken !== undefined) await held.keep({ refreshToken, reusable });
      return accessToken;
    });
  }

  endSession(request: TokenRequest): Promise<string | undefined> {
    return this.#take(request, async (held) => {
      if (held.outOfReach !== undefined) throw this.#unended(held.outOfReach);
      const refreshToken = held.session?.refreshToken ?? (await this.#settings.first?.(held));
      if (refreshToken !== undefined) await held.end(refreshToken);
      return refreshToken;
    });
  }

  #unended(why: string): OutboundAuthError {
    const { client } = this.#endpoint;
    const message = `client '${client}': its session is not ended, for ${why}. Its access token is not used here any more. Call revoke() again`;
    return new OutboundAuthError(message, { code: 'session_unavailable', client, retryAfter: 1 });
  }

  /** Waits for those before no longer than a token request may take: each of them may take that long. */
  #take<Result>(request: TokenRequest, work: (held: HeldSession) => Promise<Result>): Promise<Result> {
    const id = this.#settings.sessionOf(request);
    return this.#turns.take(
      id,
      () => this.#keeper.take(id, work),
      async (before) => {
        await this.#endpoint
          .within(() => before)
          .catch(() => {
            const { client } = this.#endpoint;
            const message = `client '${client}': no token in time, for other requests of the same session take so long. Ask for fewer scopes and audiences, or raise requestTimeout`;
            throw new TokenRequestError(message, { code: 'token_request_timeout', client });
          });
      },
    );
  }

  async #next(held: HeldSession, session: Session, request: TokenRequest): Promise<GrantedToken | Lost | undefined> {
    const { refreshToken, reusable } = session;
    if (!(await held.use(refreshToken))) return undefined;
    const asked = { once: false };
    try {
      const granted = await requestByRefreshToken(this.#endpoint, request, () => {
        asked.once = true;
        return refreshToken;
      });
      await this.#replace(held, session, granted.refreshToken ?? refreshToken);
      return granted;
    } catch (error) {
      const outcome = asked.once ? outcomeOf(error) : 'unused';
      if (outcome === 'unused' || (outcome === 'unknown' && reusable)) {
        await held.restore();
        throw error;
      }
      await held.end(outcome === 'unknown' ? refreshToken : undefined);
      return { refreshToken, error };
    }
  }

  async #replace(held: HeldSession, session: Session, refreshToken: string): Promise<void> {
    const rotated = refreshToken !== session.refreshToken;
    await held.keep({ refreshToken, reusable: !rotated });
    if (rotated) await tellRotated(this.#endpoint, this.#settings.onRotated, refreshToken);
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

import { timingSafeEqual, createHash } from 'node:crypto';
import type OAuth2Server from '@node-oauth/oauth2-server';
import type { User } from '../oidc/users.ts';

/** A client of the second server: how it authenticates is its own choice, Basic or in the body. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly grants: readonly string[];
  /** What it may ask for, and gets where it asks for nothing. */
  readonly scopes: readonly string[];
}

type Model = OAuth2Server.ClientCredentialsModel & OAuth2Server.PasswordModel & OAuth2Server.RefreshTokenModel;

/** Where the second server keeps what it issued: in memory. */
export class MemoryModel implements Model {
  readonly #clients: readonly RegisteredClient[];
  readonly #users: readonly User[];
  readonly #accessTokens = new Map<string, OAuth2Server.Token>();
  readonly #refreshTokens = new Map<string, OAuth2Server.RefreshToken>();

  constructor(clients: readonly RegisteredClient[], users: readonly User[]) {
    this.#clients = clients;
    this.#users = users;
  }

  async getClient(clientId: string, clientSecret: string): Promise<OAuth2Server.Client | undefined> {
    const found = this.#clients.find((client) => client.clientId === clientId);
    if (!found || !isSame(found.clientSecret, clientSecret)) return undefined;
    return { id: clientId, grants: [...found.grants], scopes: found.scopes };
  }

  async getUserFromClient(client: OAuth2Server.Client): Promise<OAuth2Server.User> {
    return { username: client.id };
  }

  async getUser(username: string, password: string): Promise<OAuth2Server.User | undefined> {
    const found = this.#users.find((user) => user.username === username && user.password === password);
    return found && { username };
  }

  async validateScope(
    _user: OAuth2Server.User,
    client: OAuth2Server.Client,
    asked?: string[],
  ): Promise<string[] | false> {
    const allowed = this.#clients.find(({ clientId }) => clientId === client.id)?.scopes ?? [];
    if (asked === undefined) return [...allowed];
    return asked.every((scope) => allowed.includes(scope)) && asked;
  }

  async saveToken(
    token: OAuth2Server.Token,
    client: OAuth2Server.Client,
    user: OAuth2Server.User,
  ): Promise<OAuth2Server.Token> {
    const saved = { ...token, client, user };
    this.#accessTokens.set(token.accessToken, saved);
    const { refreshToken } = token;
    if (refreshToken !== undefined) this.#refreshTokens.set(refreshToken, { ...saved, refreshToken });
    return saved;
  }

  async getAccessToken(accessToken: string): Promise<OAuth2Server.Token | undefined> {
    return this.#accessTokens.get(accessToken);
  }

  async getRefreshToken(refreshToken: string): Promise<OAuth2Server.RefreshToken | undefined> {
    return this.#refreshTokens.get(refreshToken);
  }

  /** Says whether there was something to revoke, so that of two uses at once only one succeeds. */
  async revokeToken({ refreshToken }: Pick<OAuth2Server.RefreshToken, 'refreshToken'>): Promise<boolean> {
    return this.#refreshTokens.delete(refreshToken);
  }

  /** Forgets a token of either kind; one of another client stays. */
  async revokeFor(client: OAuth2Server.Client, token: string): Promise<void> {
    for (const tokens of [this.#accessTokens, this.#refreshTokens]) {
      if (tokens.get(token)?.client.id === client.id) tokens.delete(token);
    }
  }
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

import type { AccessToken } from '../tokens/access-token.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import type { FillDraft } from './draft.ts';

/** What a grant adds to a token request. */
export interface GrantRequest {
  /** Adds the grant's own members to the request. */
  readonly fill?: FillDraft | undefined;
  /** The token of whom the new one is for: where its end can be read, the new one isn't handed out beyond it. */
  readonly subjectToken?: string | undefined;
}

/** What a token endpoint gave. */
export interface GrantedToken {
  /** The access token, with its end and its scope. */
  readonly accessToken: AccessToken;
  /** The refresh token that came with it; undefined if none did. */
  readonly refreshToken: string | undefined;
}

/** A token endpoint as a grant sees it: one POST, authenticated as the client, answered by a token. */
export interface TokenEndpoint {
  /** Waits for a function of the user no longer than a token request may take. @throws what it throws, or an Error that says how long it took. */
  within<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  /** The name of the client that asks, for messages. */
  readonly client: string;
  /** Sends the request's parameters, the grant type and what the grant adds. @throws {OutboundAuthError} without a token. */
  request(grantType: string, request: TokenRequest, grant?: GrantRequest): Promise<GrantedToken>;
}

import type { TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { SubjectSource } from '../tokens/subjects.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { TokenSource } from '../tokens/token-source.ts';

/** How a token is got at a token endpoint. @see https://www.rfc-editor.org/rfc/rfc6749#section-4 */
export interface Grant {
  /** The `grant_type` that it sends. */
  readonly type: string;
  /** Whose token it asks for, where that isn't the client's own. */
  readonly subject?: readonly SubjectSource[] | undefined;
  /** Whether it puts something of its own into the `Authorization` header, so that the client's secret can't go there. */
  readonly takesAuthorization?: boolean | undefined;
  /** What it asks for beside the call's own parameters: another value, another token. */
  readonly parameters?: readonly (readonly [name: string, value: string])[] | undefined;
  /** What it shows the server beside that: values, or functions that give them. */
  readonly secrets?: readonly unknown[] | undefined;
  /** Whether it has nothing but a refresh token: lost, the session is over. */
  readonly sessionOnly?: boolean | undefined;
  /** The source that asks this endpoint. A grant that comes with refresh tokens keeps them in `sessions`. */
  connect(endpoint: TokenEndpoint, sessions: SessionKeeper): TokenSource;
}

import type { AccessToken } from '../tokens/access-token.ts';
import type { TokenRequest } from '../tokens/token-source.ts';

/** A token endpoint as a grant sees it: one POST, authenticated as the client, answered by a token. */
export interface TokenEndpoint {
  /** Sends the request's parameters, the grant type and the grant's own parameters. */
  request(
    grantType: string,
    request: TokenRequest,
    parameters?: Readonly<Record<string, string>>,
  ): Promise<AccessToken>;
}

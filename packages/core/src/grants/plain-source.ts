import type { GrantRequest, TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { TokenRequest, TokenSource } from '../tokens/token-source.ts';

/** The source of a grant that asks for each token alike. */
export function plainSource(
  endpoint: TokenEndpoint,
  type: string,
  grantRequest: (request: TokenRequest) => GrantRequest = () => ({}),
): TokenSource {
  return {
    getToken: async (request) => (await endpoint.request(type, request, grantRequest(request))).accessToken,
  };
}

export { createOutboundAuth } from './create-outbound-auth.ts';
export {
  assertOutboundAuth,
  type ClientName,
  isOutboundAuth,
  type Outbound,
  OutboundAuth,
  outboundFor,
  type Register,
} from './outbound-auth.ts';
export { OutboundClient } from './outbound-client.ts';
export { AccessToken } from './tokens/access-token.ts';

export type { ClientOptions, OutboundAuthOptions, TokenParameters } from './options/options.ts';
export type { SecretSource } from './secret.ts';
export { env } from './options/env.ts';

export { clientCredentials } from './grants/client-credentials.ts';
export type { Grant } from './grants/grant.ts';
export type { TokenEndpoint } from './token-endpoint/token-endpoint.ts';
export type { TokenRequest, TokenSource } from './tokens/token-source.ts';

export type {
  ClientAuthentication,
  ClientAuthenticationRequest,
} from './client-authentication/client-authentication.ts';
export { clientSecretBasic } from './client-authentication/client-secret-basic.ts';
export { clientSecretPost } from './client-authentication/client-secret-post.ts';

export type { FetchInput, OutboundRequestInit } from './outgoing/fetch.ts';
export type { CallOptions, Hop, OutgoingCall } from './outgoing/outgoing-call.ts';
export { isReplayable } from './outgoing/replayable-body.ts';

export {
  type ErrorCode,
  type ErrorDetails,
  isOutboundAuthError,
  type OptionProblem,
  OptionsError,
  OutboundAuthError,
  type ServerAnswer,
  TokenRequestError,
  TokenResponseError,
} from './errors.ts';
export type { EventListener, OutboundAuthEvent, TokenRequestReason } from './events.ts';
export type { Clock } from './clock.ts';
export type { Random } from './random.ts';

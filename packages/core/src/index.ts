export { createOutboundAuth } from './create-outbound-auth.ts';
export { assertOutboundAuth, isOutboundAuth } from './is-outbound-auth.ts';
export { type ClientName, type Outbound, OutboundAuth, type Register, type WarmUpOptions } from './outbound-auth.ts';
export type { ClientStatus, Status } from './status.ts';
export { outboundFor, type Serving } from './outbound-for.ts';
export { type ReadChoice, servedChoice, type ServedChoice } from './served-choice.ts';
export type { ServingOptions } from './serving-options.ts';
export type { ProxyOptions } from './upstream/destination.ts';
export type { UpgradeHandler } from './upstream/upgrading.ts';
export {
  type ProxyRequestListener,
  type Upstream,
  upstreamFor,
  type UpstreamListeners,
} from './upstream/upstream-for.ts';
export type { InboundCredential, UpstreamOptions } from './upstream/upstream-options.ts';
export { OutboundClient } from './outbound-client.ts';
export { AccessToken, type TokenType } from './tokens/access-token.ts';

export type {
  AuthorizationDetail,
  ClientOptions,
  DpopOptions,
  OutboundAuthOptions,
  ResolveClient,
  TokenParameters,
  TransportOptions,
} from './options/options.ts';
export type { TokenLifeOptions } from './options/life-options.ts';
export type { SecretSource } from './secret.ts';
export { servedAs, type SubjectTokenSource } from './subject-token.ts';
export { env } from './options/env.ts';

export type { Grant } from './grants/grant.ts';
export type { HeldSession, Session, SessionKeeper } from './grants/session-keeper.ts';
export { clientCredentials } from './grants/client-credentials.ts';
export { customGrant, type CustomGrantOptions } from './grants/custom-grant.ts';
export { type GivenAssertion, jwtBearer, type SignedAssertion } from './grants/jwt-bearer.ts';
export { onBehalfOf, type OnBehalfOfOptions } from './grants/on-behalf-of.ts';
export { password, type PasswordOptions } from './grants/password.ts';
export { refreshToken, type RefreshTokenOptions } from './grants/refresh-token.ts';
export type { OnRotated } from './grants/sessions.ts';
export { tokenExchange, type TokenExchangeOptions } from './grants/token-exchange.ts';
export type { TokenTypeIdentifier } from './grants/token-types.ts';
export type { FillDraft, TokenRequestDraft } from './token-endpoint/draft.ts';
export type { GrantedToken, GrantRequest, TokenEndpoint } from './token-endpoint/token-endpoint.ts';
export type { SubjectSource } from './tokens/subjects.ts';
export type { TokenRequest, TokenSource } from './tokens/token-source.ts';

export type { ClientAuthentication } from './client-authentication/client-authentication.ts';
export { clientSecretBasic, type ClientSecretBasicOptions } from './client-authentication/client-secret-basic.ts';
export { clientSecretJwt, type ClientSecretJwtOptions } from './client-authentication/client-secret-jwt.ts';
export { clientSecretPost } from './client-authentication/client-secret-post.ts';
export { none, type NoneOptions } from './client-authentication/none.ts';
export { privateKeyJwt, type PrivateKeyJwtOptions } from './client-authentication/private-key-jwt.ts';
export { tlsClientAuth } from './client-authentication/tls-client-auth.ts';
export type { AssertionOptions } from './assertions/assertion.ts';
export type { PrivateJwk, PrivateKey, PrivateKeySource, SigningAlgorithm } from './assertions/signing-key.ts';
export type { CertificateAndKey, ClientCertificate } from './certificate.ts';

export type { FetchInput, OutboundRequestInit } from './outgoing/fetch.ts';
export type { CallOptions, Hop, OutgoingCall } from './outgoing/outgoing-call.ts';
export { isOwnHeader } from './outgoing/own-header.ts';
export { isReplayable } from './outgoing/replayable-body.ts';

export type { ErrorCode, ErrorDetails, ServerAnswer } from './error-details.ts';
export {
  isOutboundAuthError,
  type OptionProblem,
  OptionsError,
  OutboundAuthError,
  TokenRequestError,
  TokenResponseError,
} from './errors.ts';
export type { EncryptionKey, EncryptionKeySource } from './stores/encryption-key.ts';
export { type KeyvLike, keyvStore } from './stores/keyv-store.ts';
export type { StoredValue, StoreLock, TokenStore } from './stores/token-store.ts';

export type { EventListener, OutboundAuthEvent, TokenRequestReason } from './events.ts';
export type { Clock, TimerOptions } from './clock.ts';
export type { Random } from './random.ts';

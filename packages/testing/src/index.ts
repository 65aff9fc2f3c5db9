export { startAuthorizationServer } from './authorization-server.ts';
export type { AuthorizationServer, AuthorizationServerOptions } from './authorization-server.ts';
export { adapterContract } from './contracts/adapter-contract.ts';
export type {
  AdapterHarness,
  AdapterUnderTest,
  ContractRunner,
  ContractCall,
  ContractResult,
} from './contracts/adapter-harness.ts';
export { callByFetch, type FetchLike } from './contracts/call-by-fetch.ts';
export type { ContractCore } from './contracts/core.ts';
export { serveCalls, type ServedCalls } from './contracts/served-calls.ts';
export { proxyContract } from './contracts/proxy/proxy-contract.ts';
export type {
  ProxyApplication,
  ProxyHarness,
  ProxyMount,
  ProxyScene,
  ProxySettings,
} from './contracts/proxy/proxy-harness.ts';
export type { WebSocketEnd, WebSocketLibrary } from './contracts/proxy/web-socket-library.ts';
export { servedContract } from './contracts/served/served-contract.ts';
export type {
  RoutedRequest,
  ServedApplication,
  ServedHarness,
  ServedScene,
} from './contracts/served/served-harness.ts';
export { storeContract } from './contracts/store-contract.ts';
export type { StoreHarness, StoreUnderTest } from './contracts/store-harness.ts';
export { exposedSecrets } from './exposed-secrets.ts';
export { fakeOutboundAuth, type FakeOutboundAuthOptions } from './fakes/create-fake.ts';
export type { FakeClientOptions } from './fakes/fake-client-options.ts';
export type { FakeOutboundAuth } from './fakes/fake-outbound-auth.ts';
export type { FakeTransportOptions } from './fakes/fake-transport.ts';
export type { RecordedCall, RespondToCall } from './fakes/recorded-call.ts';
export type { Gate } from './gate.ts';
export type { IssuedToken } from './issued-tokens.ts';
export { manualClock } from './manual-clock.ts';
export type { ManualClock } from './manual-clock.ts';
export { memoryStore } from './memory-store.ts';
export type { MemoryStore, MemoryStoreOptions, StoreOperation } from './memory-store.ts';
export { startProtectedApi } from './protected-api.ts';
export type { ProtectedApi, ProtectedApiOptions, TokenCheck } from './protected-api.ts';
export type { RecordedRequest } from './recorded-request.ts';
export { startRedisServer } from './redis-server.ts';
export type { RedisServer, RedisServerOptions } from './redis-server.ts';
export type { Fault, ScriptedAnswer } from './scripted-answer.ts';
export type { Responder, Scripting } from './scripting.ts';
export { staticToken } from './static-token.ts';
export type { AskedToken, StaticTokenOptions, StaticTokenSource } from './static-token.ts';
export type { StoreFault } from './store-faults.ts';
export { startUpstream } from './upstream.ts';
export type { Upstream } from './upstream.ts';

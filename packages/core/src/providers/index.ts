export { auth0, type Auth0Options } from './auth0.ts';
export { cognito, type CognitoOptions } from './cognito.ts';
export { empower, type EmpowerOptions } from './empower.ts';
export { empowerId, type EmpowerIdOptions } from './empower-id.ts';
export type { EntraCertificate } from './entra-certificate.ts';
export { entraId, type EntraIdOptions } from './entra-id.ts';
export {
  type GoogleCredentials,
  googleServiceAccount,
  type GoogleServiceAccountOptions,
} from './google-service-account.ts';
export { jwtPlatform, type JwtPlatformOptions } from './jwt-platform.ts';
export { keycloak, type KeycloakOptions } from './keycloak.ts';
export { okta, type OktaOptions } from './okta.ts';
export type { FurtherOptions, RegistrationOptions } from './provider-options.ts';
export { salesforce, type SalesforceOptions } from './salesforce.ts';
export { usageEngine, type UsageEngineOptions } from './usage-engine.ts';

// Local emulators of four vendors' systems: each an authorization server and an API, as strict as the real ones.
export { createCertificateAuthority } from './tokens/certificates.mjs';
export { startEmpower } from './empower.mjs';
export { startEmpowerId } from './empower-id.mjs';
export { startJwtPlatform } from './jwt-platform.mjs';
export { startUsageEngine } from './usage-engine.mjs';

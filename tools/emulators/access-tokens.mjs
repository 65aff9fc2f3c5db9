import { JwtTokens } from './tokens/jwt-tokens.mjs';
import { OpaqueTokens } from './tokens/opaque-tokens.mjs';
import { jwksRoute, SigningKeys } from './tokens/signing-keys.mjs';

/**
 * What an authorization server needs to issue tokens.
 *
 * @param options - `{ issuer, format, lifetime, clock, encoding }`; `format` is `jwt` or `opaque`
 * @returns `tokens`, the `routes` and `jwksUri` of the keys where there are any, and the `controls` of a test
 */
export async function accessTokens({ issuer, format, lifetime, clock, encoding }) {
  if (format === 'opaque') {
    const tokens = new OpaqueTokens({ lifetime, clock });
    return { tokens, routes: [], controls: revoking(tokens) };
  }
  const keys = await SigningKeys.create();
  const route = jwksRoute(keys);
  const jwksUri = `${issuer}${route.path}`;
  const tokens = new JwtTokens({ keys, issuer, jwksUri, lifetime, clock, encoding });
  const controls = { ...revoking(tokens), rotateKeys: (options) => tokens.rotateKeys(options) };
  return { tokens, routes: [route], jwksUri, controls };
}

function revoking(tokens) {
  return { revoke: (token) => tokens.revoke(token), revokeAll: () => tokens.revokeAll() };
}

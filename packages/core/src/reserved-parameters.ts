/** What the protocol itself puts into a token request, and which option says it. */
export const reservedParameters: ReadonlyMap<string, string> = new Map([
  ['scope', 'use the option scope'],
  ['audience', 'use the option audience'],
  ['resource', 'use the option resource'],
  ['authorization_details', 'use the option authorizationDetails'],
  ['grant_type', 'use the option grant'],
  ['client_id', 'use the option clientId'],
  ['client_secret', 'use the option clientSecret'],
  ['client_assertion', 'use the option clientAuthentication'],
  ['client_assertion_type', 'use the option clientAuthentication'],
]);

/** What a grant puts there, and which one. */
export const grantParameters: ReadonlyMap<string, string> = new Map([
  ['assertion', 'jwtBearer({ … }) or onBehalfOf({ … })'],
  ['subject_token', 'tokenExchange({ … })'],
  ['subject_token_type', 'tokenExchange({ … })'],
  ['actor_token', 'tokenExchange({ … })'],
  ['actor_token_type', 'tokenExchange({ … })'],
  ['requested_token_type', 'tokenExchange({ … })'],
  ['requested_token_use', 'onBehalfOf({ … })'],
  ['refresh_token', 'refreshToken(…)'],
  ['username', 'password({ … })'],
  ['password', 'password({ … })'],
]);

import { expect, it } from 'vitest';
import * as core from '../src/index.ts';

it('exports this, and nothing by accident', () => {
  expect(Object.keys(core).sort()).toEqual([
    'AccessToken',
    'OptionsError',
    'OutboundAuth',
    'OutboundAuthError',
    'OutboundClient',
    'TokenRequestError',
    'TokenResponseError',
    'assertOutboundAuth',
    'clientCredentials',
    'clientSecretBasic',
    'clientSecretJwt',
    'clientSecretPost',
    'createOutboundAuth',
    'customGrant',
    'env',
    'isOutboundAuth',
    'isOutboundAuthError',
    'isOwnHeader',
    'isReplayable',
    'jwtBearer',
    'keyvStore',
    'none',
    'onBehalfOf',
    'outboundFor',
    'password',
    'privateKeyJwt',
    'refreshToken',
    'servedAs',
    'servedChoice',
    'tlsClientAuth',
    'tokenExchange',
    'upstreamFor',
  ]);
});

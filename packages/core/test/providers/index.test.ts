import { expect, it } from 'vitest';
import * as providers from '../../src/providers/index.ts';

it('exports this, and nothing by accident', () => {
  expect(Object.keys(providers).sort()).toEqual([
    'auth0',
    'cognito',
    'empower',
    'empowerId',
    'entraId',
    'googleServiceAccount',
    'jwtPlatform',
    'keycloak',
    'okta',
    'salesforce',
    'usageEngine',
  ]);
});

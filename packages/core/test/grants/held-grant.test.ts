import { exposedSecrets } from '@outbound-auth/testing';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/comparable.ts';
import { customGrant } from '../../src/grants/custom-grant.ts';
import { jwtBearer } from '../../src/grants/jwt-bearer.ts';
import { onBehalfOf } from '../../src/grants/on-behalf-of.ts';
import { password } from '../../src/grants/password.ts';
import { refreshToken } from '../../src/grants/refresh-token.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';

const secret = 'the-secret-of-the-grant';

describe.each([
  ['customGrant', () => customGrant('urn:example', { device_key: secret })],
  ['jwtBearer', () => jwtBearer({ assertion: secret })],
  ['onBehalfOf', () => onBehalfOf({ subjectToken: secret })],
  ['password', () => password({ username: 'ada', password: secret })],
  ['refreshToken', () => refreshToken(secret)],
  ['tokenExchange', () => tokenExchange({ subjectToken: secret, actorToken: secret })],
])('%s', (_name, make) => {
  it('E25 shows nothing of what it was made of, and can be compared by it', () => {
    const grant = make();
    expect(exposedSecrets(grant, [secret])).toEqual([]);
    expect(inspect(grant, { showHidden: true, getters: true })).toBe(`Grant { type: '${grant.type}' }`);
    expect(JSON.parse(JSON.stringify(grant))).toEqual({ type: grant.type });
    expect(fingerprint(grant)).toBe(fingerprint(make()));
  });
});

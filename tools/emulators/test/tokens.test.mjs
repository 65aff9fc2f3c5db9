import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../http/listen.mjs';
import { serve } from '../http/serve.mjs';
import { JwtTokens } from '../tokens/jwt-tokens.mjs';
import { OpaqueTokens } from '../tokens/opaque-tokens.mjs';
import { jwksRoute, SigningKeys } from '../tokens/signing-keys.mjs';

const audience = 'https://api.example/';
const claims = { sub: 'someone', aud: audience };

let listening;
let jwtTokens;
beforeAll(async () => {
  const keys = await SigningKeys.create();
  listening = await listen();
  const route = jwksRoute(keys);
  serve(listening.server, [route]);
  jwtTokens = (issuer) =>
    new JwtTokens({ keys, issuer, jwksUri: `${listening.origin}${route.path}`, lifetime: 60, clock: Date });
});
afterAll(() => listening.close());

describe('a JWT', () => {
  it('is believed for its issuer and its audience alone, whoever shares the keys', async () => {
    const ours = jwtTokens('https://ours.example');
    const token = await ours.issue(claims);
    await expect(ours.verify(token, audience)).resolves.toMatchObject(claims);
    await expect(ours.verify(token, 'https://api.example')).rejects.toThrow('ERR_JWT_CLAIM_VALIDATION_FAILED');
    const theirs = jwtTokens('https://theirs.example');
    await expect(theirs.verify(token, audience)).rejects.toThrow('ERR_JWT_CLAIM_VALIDATION_FAILED');
  });
});

describe('an opaque token', () => {
  it('is believed for its audience alone', () => {
    const tokens = new OpaqueTokens({ lifetime: 60, clock: Date });
    const token = tokens.issue(claims);
    expect(tokens.verify(token, audience)).toEqual(claims);
    expect(() => tokens.verify(token, 'https://api.example')).toThrow('audience');
    expect(() => tokens.verify(`${token}x`, audience)).toThrow('unknown');
  });
});

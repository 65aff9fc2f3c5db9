import { describe, expect, it } from 'vitest';
import { type Asked, grantedToken } from '../../src/token-endpoint/granted-token.ts';
import type { TokenResponse } from '../../src/token-endpoint/response.ts';

const sentAt = Date.UTC(2026, 0, 1);
const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

function granted(response: Partial<TokenResponse>, asked: Partial<Asked> = {}) {
  return grantedToken(
    {
      accessToken: 'a-token',
      expiresIn: 3_600,
      scope: undefined,
      tokenType: 'Bearer',
      refreshToken: undefined,
      ...response,
    },
    { sentAt, scope: undefined, defaultLifetime: 300_000, subjectToken: undefined, prove: undefined, ...asked },
  );
}

/** How long a token lives, in seconds, that was got for this subject token. */
const lifetime = (response: Partial<TokenResponse>, subjectToken?: string) =>
  (granted(response, { subjectToken }).accessToken.expiresAt - sentAt) / 1_000;

describe('a granted token', () => {
  it('row "exchanged tokens": does not outlive the subject token that it was got for', () => {
    const subject = jwt({ exp: sentAt / 1_000 + 60 });
    expect(lifetime({ expiresIn: 3_600 }, subject)).toBe(60);
    expect(lifetime({ expiresIn: undefined }, subject)).toBe(60);
    expect(lifetime({ expiresIn: 30 }, subject)).toBe(30);
    expect(lifetime({ expiresIn: 30 }, jwt({ exp: sentAt / 1_000 - 1 }))).toBe(-1);
  });

  it.each(['opaque', jwt({}), jwt({ exp: 'soon' }), 'a.b.c'])(
    'lives as long as told beside the subject token %s',
    (subject) => {
      expect(lifetime({ expiresIn: 3_600 }, subject)).toBe(3_600);
    },
  );

  it('E01 lives as long as it says itself, or else the default', () => {
    expect(lifetime({ expiresIn: undefined, accessToken: jwt({ exp: sentAt / 1_000 + 90 }) })).toBe(90);
    expect(lifetime({ expiresIn: undefined })).toBe(300);
  });

  it('E02 ends at a date, whatever was told', () => {
    for (const expiresIn of [1e308, -1e308]) {
      expect(new Date(sentAt + 1_000 * lifetime({ expiresIn })).getTime()).not.toBeNaN();
    }
  });

  it('carries the scope that was granted, or else what was asked for', () => {
    expect(granted({ scope: 'read' }, { scope: 'read write' }).accessToken.scope).toBe('read');
    expect(granted({}, { scope: 'read write' }).accessToken.scope).toBe('read write');
  });

  it('proves only where it is bound', async () => {
    const prove = () => Promise.resolve('a-proof');
    const bound = granted({ tokenType: 'DPoP' }, { prove }).accessToken;
    expect([bound.tokenType, await bound.proof('GET', 'https://api.example')]).toEqual(['DPoP', 'a-proof']);
    const open = granted({ tokenType: 'Bearer' }, { prove }).accessToken;
    expect([open.tokenType, await open.proof('GET', 'https://api.example')]).toEqual(['Bearer', undefined]);
  });

  it('brings the refresh token along', () => {
    expect(granted({ refreshToken: 'r' }).refreshToken).toBe('r');
  });
});

import { describe, expect, it } from 'vitest';
import { locationOf, nextRequest, type RedirectState } from '../../src/outgoing/redirects.ts';

function from(method: string, body = true): RedirectState {
  return { url: new URL('https://api.example/v2/a#top'), method, body, removed: new Set() };
}

const contentHeaders = ['content-encoding', 'content-language', 'content-length', 'content-location', 'content-type'];

describe('the next request after a redirect, by the Fetch standard', () => {
  it.each([
    [301, 'POST', 'GET', false],
    [302, 'POST', 'GET', false],
    [303, 'POST', 'GET', false],
    [303, 'PUT', 'GET', false],
    [303, 'HEAD', 'HEAD', true],
    [303, 'GET', 'GET', true],
    [301, 'PUT', 'PUT', true],
    [302, 'DELETE', 'DELETE', true],
    [307, 'POST', 'POST', true],
    [308, 'POST', 'POST', true],
  ])('%i turns %s into %s', (status, method, expected, body) => {
    const next = nextRequest(from(method), status, '/b', true);
    expect([next.method, next.body]).toEqual([expected, body]);
    expect([...next.removed]).toEqual(body ? [] : contentHeaders);
  });

  it('resolves the location against the address before, and keeps its fragment', () => {
    expect(nextRequest(from('GET'), 302, 'b?x=1', true).url.href).toBe('https://api.example/v2/b?x=1#top');
    expect(nextRequest(from('GET'), 302, '//other.example/b#end', true).url.href).toBe('https://other.example/b#end');
  });

  it.each(['https://other.example/', 'https://sub.api.example/', 'http://api.example/', 'https://api.example:444/'])(
    'E22 takes the caller’s credentials away from %s, and never gives them back',
    (location) => {
      const next = nextRequest(from('GET'), 302, location, true);
      expect([...next.removed]).toEqual(['authorization', 'cookie', 'host', 'proxy-authorization']);
      const back = nextRequest(next, 302, 'https://api.example/v2/a', true);
      expect(back.removed.has('authorization')).toBe(true);
    },
  );

  it('reads a location in UTF-8, as servers write it', () => {
    const raw = Buffer.from('/v2/café').toString('latin1');
    expect(nextRequest(from('GET'), 302, raw, true).url.pathname).toBe('/v2/caf%C3%A9');
  });

  it('leaves them on the same origin', () => {
    expect([...nextRequest(from('GET'), 302, '/elsewhere', true).removed]).toEqual([]);
  });

  it('refuses to send a stream again, and to leave HTTP', () => {
    expect(() => nextRequest(from('POST'), 307, '/b', false)).toThrow(TypeError);
    expect(() => nextRequest(from('GET'), 302, 'data:text/plain,x', true)).toThrow('data:');
    expect(() => nextRequest(from('GET', false), 302, 'file:///etc/passwd', true)).toThrow(TypeError);
  });
});

it.each([
  [302, '/b', '/b'],
  [304, '/b', undefined],
  [300, '/b', undefined],
  [302, null, undefined],
  [302, undefined, undefined],
  [200, '/b', undefined],
])('%i with the location %s leads to %s', (status, location, expected) => {
  expect(locationOf({ status: () => status, header: () => location }, undefined)).toBe(expected);
});

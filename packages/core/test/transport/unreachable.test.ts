import { describe, expect, it } from 'vitest';
import { throughProxy } from '../../src/transport/proxy-failure.ts';
import { unreachable } from '../../src/transport/unreachable.ts';

/** As `fetch` tells it. */
function fetchFailure(message: string, code?: string): Error {
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error(message), code === undefined ? {} : { code }),
  });
}

async function overProxy(error: Error): Promise<Error> {
  return throughProxy('the proxy http://proxy.example/', Promise.reject(error)).then(
    () => error,
    (told: unknown) => (told instanceof Error ? told : error),
  );
}

describe('a server that cannot be reached', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', /give that as ca of tlsClientAuth, or by .* NODE_EXTRA_CA_CERTS$/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /ca of tlsClientAuth/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /ca of tlsClientAuth/],
    ['UNABLE_TO_GET_ISSUER_CERT', /ca of tlsClientAuth/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /ca of tlsClientAuth/],
    ['CERT_HAS_EXPIRED', /has expired/],
    ['CERT_NOT_YET_VALID', /check the clocks/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another host/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /check clientAuthentication/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /check clientAuthentication/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /check clientAuthentication/],
  ])('is told with its code, and what to do: %s', (code, remedy) => {
    const told = unreachable(fetchFailure('words', code));
    expect(told.reason).toBe(code);
    expect(told.remedy).toMatch(remedy);
  });

  it.each(['ECONNREFUSED', 'ERR_SSL_WRONG_VERSION_NUMBER'])('may have any remedy: %s', (code) => {
    expect(unreachable(fetchFailure('words', code))).toEqual({ reason: code, remedy: undefined });
  });

  it('without a code is told in the words of the error', () => {
    expect(unreachable(new Error('other side closed')).reason).toBe('other side closed');
    expect(unreachable(undefined).reason).toBe('no reason given');
  });
});

describe('a server behind a proxy that cannot be reached', () => {
  it('is told with the proxy, and the code where the words lack it', async () => {
    const refused = await overProxy(fetchFailure('connect ECONNREFUSED 192.0.2.1:8080', 'ECONNREFUSED'));
    expect(unreachable(refused)).toEqual({
      reason: 'over the proxy http://proxy.example/: connect ECONNREFUSED 192.0.2.1:8080',
      remedy: 'Check proxy, that it runs, and that it lets connections to this server through',
    });
    const untrusted = await overProxy(fetchFailure('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'));
    expect(unreachable(untrusted)).toEqual({
      reason: 'over the proxy http://proxy.example/: self-signed certificate, DEPTH_ZERO_SELF_SIGNED_CERT',
      remedy: expect.stringContaining('ca of tlsClientAuth') as string,
    });
  });

  it.each(['it answered 407 in place of a tunnel', 'Proxy Authentication Required (407)'])(
    'for want of credentials is told so: %s',
    async (words) => {
      expect(unreachable(await overProxy(fetchFailure(words))).remedy).toContain('http://user:password@…');
    },
  );
});

describe('what is no failure of the network', () => {
  it('is not told as that of a proxy', async () => {
    const others = [
      new DOMException('This operation was aborted', 'AbortError'),
      new TypeError('Invalid URL', { cause: new Error('x') }),
      new TypeError('fetch failed'),
    ];
    for (const error of others) expect(await overProxy(error)).toBe(error);
  });
});

import { describe, expect, it } from 'vitest';
import { Nonces } from '../src/nonces.ts';

const at = (host: string | number, path = '/') => new URL(`https://${host}.example${path}`);

describe('E45 the nonces of DPoP proofs', () => {
  it('are kept by origin, the last one each', () => {
    const nonces = new Nonces();
    nonces.remember(at('a', '/token'), 'one');
    nonces.remember(at('a'), 'two');
    nonces.remember(at('b'), 'three');
    expect(nonces.get(at('a', '/elsewhere?q'))).toBe('two');
    expect(nonces.get(at('b'))).toBe('three');
    expect(nonces.get(new URL('http://a.example'))).toBeUndefined();
    expect(nonces.get(new URL('https://a.example:8443'))).toBeUndefined();
  });

  it.each([undefined, null, ''])('stay where a response has none (%o)', (none) => {
    const nonces = new Nonces();
    nonces.remember(at('a'), 'one');
    nonces.remember(at('a'), none);
    expect(nonces.get(at('a'))).toBe('one');
  });

  it('are 100 at most: the origin that was silent longest goes', () => {
    const nonces = new Nonces();
    for (let host = 0; host < 100; host += 1) nonces.remember(at(host), `nonce-${host}`);
    nonces.remember(at(1), 'newer');
    expect(nonces.get(at(0))).toBe('nonce-0');
    nonces.remember(at('a'), 'the 101st');
    nonces.remember(at('b'), 'the 102nd');
    expect(nonces.get(at(0))).toBeUndefined();
    expect(nonces.get(at(1))).toBe('newer');
    expect(nonces.get(at(2))).toBeUndefined();
    expect(nonces.get(at(3))).toBe('nonce-3');
    for (let host = 0; host < 10_000; host += 1) nonces.remember(at(host), 'n');
    const kept = Array.from({ length: 10_000 }, (_, host) => nonces.get(at(host))).filter(
      (nonce) => nonce !== undefined,
    );
    expect(kept).toHaveLength(100);
  });
});

import { exposedSecrets } from '@outbound-auth/testing';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { BearerRequest, bearerToken, serve, servedRequest } from '../src/subject-token.ts';

const present = () => servedRequest()?.subjectToken;

describe('the token of a request', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   abc  ', 'abc'],
    ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
    [undefined, undefined],
    ['', undefined],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Bearerabc', undefined],
    ['Basic Z3JhY2U6cA==', undefined],
    ['DPoP abc', undefined],
    ['Bearer a b', undefined],
    ['Bearer abc, Basic Z3JhY2U6cA==', undefined],
    ['Bearer a=b', undefined],
    ['Bearer é', undefined],
  ])('in %j is %j', (authorization, token) => {
    expect(bearerToken(authorization)).toBe(token);
  });

  it('E25 is shown by nothing that shows the request', () => {
    const request = new BearerRequest('the-token-of-grace');
    expect(exposedSecrets({ request, list: [request] }, ['the-token-of-grace'])).toEqual([]);
    expect(Object.keys(request)).toEqual([]);
  });
});

describe('a served request', () => {
  it('is known to all that is done for it, later and asynchronously too, and to nothing else', async () => {
    const seen: unknown[] = [];
    const work = serve(new BearerRequest('of-grace'), async () => {
      seen.push(present());
      await setImmediate();
      seen.push(present());
      queueMicrotask(() => seen.push(present()));
      await setImmediate();
      return 'done';
    });
    seen.push(present());
    expect(await work).toBe('done');
    expect(seen).toEqual(['of-grace', undefined, 'of-grace', 'of-grace']);
    expect(present()).toBeUndefined();
  });

  it('gives way to an inner one, and comes back after it, also after one that failed', () => {
    serve(new BearerRequest('outer'), () => {
      expect(serve(new BearerRequest('inner'), present)).toBe('inner');
      expect(serve(new BearerRequest(undefined), present)).toBeUndefined();
      expect(() =>
        serve(new BearerRequest('inner'), () => {
          throw new Error('mine');
        }),
      ).toThrow('mine');
      expect(present()).toBe('outer');
    });
  });

  it('E55 is known to another copy of this package, either way', async () => {
    vi.resetModules();
    const other = await import('../src/subject-token.ts');
    expect(other.serve).not.toBe(serve);
    expect(serve(new BearerRequest('of-grace'), () => other.servedRequest()?.subjectToken)).toBe('of-grace');
    expect(other.serve(new other.BearerRequest('of-ada'), present)).toBe('of-ada');
  });

  it('E55 is kept at one place under a versioned name, which nothing can take over', () => {
    expect(present()).toBeUndefined();
    const place = Object.getOwnPropertyDescriptor(globalThis, Symbol.for('@outbound-auth/core/served-request/v1'));
    expect(place).toMatchObject({ writable: false, configurable: false, enumerable: false });
  });
});

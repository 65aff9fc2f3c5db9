import { afterEach, describe, expect, it, vi } from 'vitest';
import { env } from '../../src/options/env.ts';

afterEach(() => vi.unstubAllEnvs());

describe('env', () => {
  it('reads the variable each time, so that it can change while the process runs', () => {
    const secret = env('BILLING_SECRET');
    for (const value of ['first', 'second']) {
      vi.stubEnv('BILLING_SECRET', value);
      expect(secret()).toBe(value);
    }
  });

  it('may be called before the variable is set', () => {
    vi.stubEnv('BILLING_SECRET', undefined);
    const secret = env('BILLING_SECRET');
    vi.stubEnv('BILLING_SECRET', 'set later');
    expect(secret()).toBe('set later');
  });

  it.each([undefined, ''])('names the variable that is not set (%o)', (value) => {
    vi.stubEnv('BILLING_SECRET', value);
    expect(env('BILLING_SECRET')).toThrow('the environment variable BILLING_SECRET is not set');
  });
});

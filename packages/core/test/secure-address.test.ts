import { describe, expect, it } from 'vitest';
import { isSecure } from '../src/secure-address.ts';

describe('E24 a secret', () => {
  it.each([
    'https://idp.example',
    'http://localhost',
    'http://localhost.:8080/token',
    'http://LOCALHOST',
    'http://idp.localhost:3000',
    'http://127.0.0.1',
    'http://127.1',
    'http://127.9.9.9:1',
    'http://[::1]:8080',
    'http://[0:0:0:0:0:0:0:1]',
  ])('may travel to %s', (address) => {
    expect(isSecure(new URL(address), false)).toBe(true);
  });

  it.each([
    'http://idp.example',
    'http://localhost.example',
    'http://notlocalhost',
    'http://127.0.0.1.example',
    'http://128.0.0.1',
    'http://0.0.0.0',
    'http://[::2]',
    'http://[::ffff:10.0.0.1]',
    'http://user@idp.example',
  ])('may travel to %s by the ugly switch alone', (address) => {
    expect(isSecure(new URL(address), false)).toBe(false);
    expect(isSecure(new URL(address), true)).toBe(true);
  });

  it.each(['ftp://localhost', 'ws://localhost', 'file:///token', 'data:text/plain,token', 'blob:https://localhost/x'])(
    'never travels to %s',
    (address) => {
      expect(isSecure(new URL(address), true)).toBe(false);
    },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { OptionsError } from '../../src/errors.ts';
import type { SecretSource } from '../../src/secret.ts';
import { anyText } from '../any-text.ts';
import { draftOf } from '../draft.ts';
import { untyped } from '../options/problems.ts';

async function requestWith(clientId: string, source: SecretSource) {
  const draft = draftOf({ clientId });
  await clientSecretBasic(source)(draft);
  return draft;
}

async function credentialsOf(clientId: string, secret: string): Promise<string> {
  const { headers } = await requestWith(clientId, secret);
  return Buffer.from(headers.get('authorization')?.slice('Basic '.length) ?? '', 'base64').toString('latin1');
}

/** A decoder that takes nothing but `application/x-www-form-urlencoded`, in UTF-8. */
function strictlyDecoded(text: string): string {
  if (!/^(?:[\w*.~-]|\+|%[0-9A-F]{2})*$/.test(text)) throw new Error(`not form-encoded: ${text}`);
  const bytes = text.replaceAll('+', ' ').replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
}

describe('client id and secret', () => {
  it('E26 come back from any strict decoder as they were', async () => {
    await fc.assert(
      fc.asyncProperty(anyText(), anyText({ minLength: 1 }), async (clientId, given) => {
        const halves = (await credentialsOf(clientId, given)).split(':');
        expect(halves.map(strictlyDecoded)).toEqual([clientId, given]);
      }),
    );
  });

  it('E26 are left alone where form-encoding lets them be, for servers that do not decode', async () => {
    const plain = 'azAZ09-_.~*';
    expect(await credentialsOf(plain, plain)).toBe(`${plain}:${plain}`);
  });

  it.each([
    [' ', '+'],
    ['+', '%2B'],
    ['%', '%25'],
    [':', '%3A'],
    ['@', '%40'],
    ['/', '%2F'],
    ['=', '%3D'],
    ['&', '%26'],
    ['!', '%21'],
    ["'", '%27'],
    ['(', '%28'],
    [')', '%29'],
    ['ü', '%C3%BC'],
    ['🗼', '%F0%9F%97%BC'],
  ])('E26 have %j written as %s', async (character, written) => {
    expect(await credentialsOf('a', character)).toBe(`a:${written}`);
  });

  it('are nowhere but in the header', async () => {
    const { headers, body } = await requestWith('orders', 'a-secret');
    expect([...headers.keys()]).toEqual(['authorization']);
    expect(body.size).toBe(0);
  });

  it('E27 are asked for by each request', async () => {
    let count = 0;
    const source = () => Promise.resolve(`secret-${(count += 1)}`);
    const seen = [await requestWith('a', source), await requestWith('a', source)];
    expect(seen.map(({ headers }) => headers.get('authorization'))).toEqual([
      `Basic ${btoa('a:secret-1')}`,
      `Basic ${btoa('a:secret-2')}`,
    ]);
  });

  it.each([undefined, null, '', 7, {}])('are checked when they are given, and %o is refused', (secret) => {
    expect(() => clientSecretBasic(untyped(secret))).toThrow(OptionsError);
    expect(() => clientSecretBasic(untyped(secret))).toThrow('clientSecretBasic(secret): must be a text');
  });
});

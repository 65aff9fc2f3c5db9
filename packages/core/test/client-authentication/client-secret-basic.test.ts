import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientSecretBasic,
  type ClientSecretBasicOptions,
} from '../../src/client-authentication/client-secret-basic.ts';
import { OptionsError } from '../../src/errors.ts';
import type { SecretSource } from '../../src/secret.ts';
import { anyText } from '../any-text.ts';
import { draftOf } from '../draft.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { failureOf, startAsking } from '../token-endpoint/asking.ts';

async function requestWith(clientId: string, source: SecretSource, options?: ClientSecretBasicOptions) {
  const draft = draftOf({ clientId });
  await clientSecretBasic(source, options)(draft);
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

  it('E26 are sent as they are, in UTF-8, where that is asked for', async () => {
    const clientId = anyText().map((text) => text.replaceAll(':', ''));
    await fc.assert(
      fc.asyncProperty(clientId, anyText({ minLength: 1 }), async (id, given) => {
        const { headers } = await requestWith(id, given, { encoding: 'raw' });
        expect(headers.get('authorization')).toBe(`Basic ${Buffer.from(`${id}:${given}`, 'utf8').toString('base64')}`);
      }),
    );
  });

  it('E26 are both the same where there is nothing to encode', async () => {
    const [form, raw] = [
      await requestWith('orders', 'a-secret'),
      await requestWith('orders', 'a-secret', { encoding: 'raw' }),
    ];
    expect(form.headers.get('authorization')).toBe(raw.headers.get('authorization'));
  });

  it('E26 are sent raw with a colon in the client id too, for a server that compares the bytes', async () => {
    const { server, ask } = await startAsking(() => ({
      clientId: 'tenant:orders',
      authenticate: clientSecretBasic('a-secret', { encoding: 'raw' }),
    }));
    await ask();
    expect(server.requests[0]?.headers['authorization']).toBe(`Basic ${btoa('tenant:orders:a-secret')}`);
  });

  it('do not take the place of what the grant has put there', async () => {
    const { server, ask } = await startAsking(() => ({ authenticate: clientSecretBasic('a-secret') }));
    const error = await failureOf(ask({}, { fill: ({ headers }) => headers.set('authorization', 'Basic b3Ro') }));
    expect(error).toMatchObject({
      code: 'credential_unavailable',
      message:
        "client 'billing': its credentials could not be read: the grant has taken the Authorization header; use clientSecretPost()",
    });
    expect(server.requests).toHaveLength(0);
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

  it.each([
    ['none at all', { encoding: 'utf8' }, "{ encoding }): must be 'form' or 'raw'"],
    ['a flag', { encoding: true }, "{ encoding }): must be 'form' or 'raw'"],
    ['misspelt', { encodeing: 'raw' }, '{ encodeing }): is no option; did you mean encoding?'],
    ['not an option', 'raw', '{ … }): must be an object, not a text'],
  ])('are checked when they are given, and an encoding that is %s is refused', (_what, options, message) => {
    expect(problemsOf(() => clientSecretBasic('a-secret', untyped(options)))).toEqual([
      `clientSecretBasic(secret, ${message}`,
    ]);
  });
});

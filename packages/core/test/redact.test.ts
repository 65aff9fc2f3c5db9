import { exposedSecrets } from '@outbound-auth/testing';
import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { anyText } from './any-text.ts';
import { reasonOf, Secrets, showUrl, systemCode } from '../src/redact.ts';

function secretsOf(...values: string[]): Secrets {
  const secrets = new Secrets();
  for (const value of values) secrets.add(value);
  return secrets;
}

// Every way in which a server was seen to write a text back.
const escapes: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'for a URL': (text) => encodeURIComponent(text),
  'for a URL, in lower case': (text) => encodeURIComponent(text).replace(/%../g, (hex) => hex.toLowerCase()),
  'for a form': (text) => new URLSearchParams([['', text]]).toString().slice(1),
  'for JSON': (text) => JSON.stringify(text).slice(1, -1),
  'for JSON, as PHP does': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'for JSON, in ASCII': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'for HTML': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  'for HTML, as PHP does': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&#039;'),
  'for XML': (text) => text.replaceAll('&', '&amp;').replaceAll('>', '&gt;').replaceAll("'", '&apos;'),
  'as numbers for HTML': (text) => Array.from(text, (character) => `&#${character.codePointAt(0)};`).join(''),
  'as hexadecimal numbers for HTML': (text) =>
    Array.from(text, (character) => `&#x${character.codePointAt(0)?.toString(16)};`).join(''),
  'in Base64': (text) => Buffer.from(text).toString('base64'),
  'in Base64 without its end': (text) => Buffer.from(text).toString('base64').replace(/=+$/, ''),
  'in Base64 for a URL': (text) => Buffer.from(text).toString('base64url'),
  'in Base64, in a URL': (text) => encodeURIComponent(Buffer.from(text).toString('base64')),
  // Of ASCII alone: other letters may become two.
  'in the other case': (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
};

describe('E25 a secret', () => {
  it.each(Object.keys(escapes))('is taken out when it was escaped %s', (name) => {
    for (const secret of ['p+a s/s:w%rd?~', `"quoted" & 'so' <on>`, 'Grüße aus 東京 🗼', 'back\\slash\ttab', 'plain']) {
      const echoed = escapes[name]?.(secret) ?? '';
      expect(secretsOf(secret).redact(`secret ${echoed} is wrong`)).toMatch(/^secret \[redacted\](?:=|%3D)* is wrong$/);
    }
  });

  it('is taken out of any text that holds it', () => {
    const text = anyText({ maxLength: 8 });
    const secret = anyText({ minLength: 4 });
    fc.assert(
      fc.property(text, secret, fc.constantFrom(...Object.values(escapes)), (around, value, escape) => {
        // A secret that these words would show by themselves proves nothing.
        fc.pre(exposedSecrets(`${around}[redacted]${around}`, [value]).length === 0);
        const shown = secretsOf(value).redact(around + escape(value) + around);
        expect(shown).toContain('[redacted]');
        expect(exposedSecrets(shown, [value])).toEqual([]);
      }),
    );
  });

  it('that is part of another leaves nothing of it standing', () => {
    const secrets = secretsOf('abcd', 'abcdefgh');
    expect(secrets.redact('abcdefgh and abcd')).toBe('[redacted] and [redacted]');
  });

  it('may hold what is special in a pattern', () => {
    expect(secretsOf('.*+?^${}()|[]').redact('is .*+?^${}()|[] good')).toBe('is [redacted] good');
    expect(secretsOf('....').redact('good')).toBe('good');
  });

  it('of half a character pair is taken out too', () => {
    expect(secretsOf('\ud800abcd').redact('is \ud800abcd good')).toBe('is [redacted] good');
  });

  it('is taken out before the text is cut, so that no piece of it stays', () => {
    const secrets = secretsOf('the-secret');
    expect(secrets.redact(`${'x'.repeat(8)} the-secret and more`, 12)).toBe(`${'x'.repeat(8)} [re`);
    expect(secrets.redact(`the-secret${'x'.repeat(8)} the-secret`, 19)).toBe(`[redacted]${'x'.repeat(8)} `);
    expect(secrets.redact('the-secret'.repeat(100_000), 25)).toBe('[redacted][redacted][reda');
    expect(secrets.redact('short', 25)).toBe('short');
    expect(secretsOf().redact('nothing to hide', 7)).toBe('nothing');
  });

  it('too short to tell from a word stays', () => {
    expect(secretsOf('the', '').redact('the secret is short')).toBe('the secret is short');
    expect(secretsOf('word').redact('a word')).toBe('a [redacted]');
  });
});

describe('a clean copy of an error', () => {
  it('holds name, message, code and causes', () => {
    const inner = Object.assign(new TypeError('inner'), { code: 'ECONNREFUSED' });
    const clean = new Secrets().cleanError(new RangeError('outer', { cause: inner }));
    expect(clean).toMatchObject({ name: 'RangeError', message: 'outer' });
    expect(clean?.cause).toMatchObject({ name: 'TypeError', message: 'inner', code: 'ECONNREFUSED' });
    expect(clean?.cause).not.toBe(inner);
    expect(clean?.cause).not.toHaveProperty('cause');
    expect(clean).not.toHaveProperty('code');
  });

  it('E25 holds nothing that a stranger put into it', () => {
    const secret = 'p+a s/s:word';
    const error = Object.assign(new Error(`no ${secret}`, { cause: Object.assign(new Error(secret), { secret }) }), {
      name: `Refused ${secret}`,
      code: secret,
      headers: { authorization: secret },
    });
    const clean = secretsOf(secret).cleanError(error);
    expect(clean).toMatchObject({ name: 'Refused [redacted]', message: 'no [redacted]' });
    expect(exposedSecrets(clean, [secret])).toEqual([]);
    expect(Object.keys(clean ?? {})).toEqual(['name']);
  });

  it.each(['hunter2', 'ECONN hunter2', 'hunter2 ECONN', 7, ''])('has no code that is no system’s: %o', (code) => {
    expect(new Secrets().cleanError(Object.assign(new Error('no'), { code }))).not.toHaveProperty('code');
  });

  it.each(['hunter2', '"hunter2" and\nmore', `{"password":"hunter2",${'x'.repeat(60)}`, `${'x'.repeat(60)}hunter2`])(
    'E25 of %j that was read as JSON does not quote it',
    (text) => {
      const parse = () => JSON.parse(text) as unknown;
      expect(parse).toThrow(SyntaxError);
      let clean: Error | undefined;
      try {
        parse();
      } catch (error) {
        clean = new Secrets().cleanError(error);
      }
      expect(clean?.name).toBe('SyntaxError');
      expect(exposedSecrets(clean, ['hunter2', 'xxxx'])).toEqual([]);
    },
  );

  it('has a name only where that is a text', () => {
    expect(new Secrets().cleanError({ message: 'no', name: 7 })).toMatchObject({ message: 'no', name: 'Error' });
  });

  it('takes the first of several errors for the cause, as of a host with two addresses', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const clean = new Secrets().cleanError(new AggregateError([refused, new Error('other')], 'all failed'));
    expect(clean?.cause).toMatchObject({ message: 'refused', code: 'ECONNREFUSED' });
  });

  it('ends with causes that go round in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    let depth = 0;
    for (let link: unknown = new Secrets().cleanError(error); link instanceof Error; link = link.cause) depth += 1;
    expect(depth).toBe(5);
  });

  it('is made of errors of another realm, and of those that are no Error by birth', () => {
    const foreign: unknown = runInNewContext(`Object.assign(new TypeError('foreign'), { code: 'EFOREIGN' })`);
    expect(foreign).not.toBeInstanceOf(Error);
    expect(new Secrets().cleanError(foreign)).toMatchObject({
      name: 'TypeError',
      message: 'foreign',
      code: 'EFOREIGN',
    });
    const timeout = new DOMException('took too long', 'TimeoutError');
    expect(new Secrets().cleanError(timeout)).toMatchObject({ name: 'TimeoutError', message: 'took too long' });
  });

  it.each([undefined, null, 7, {}, { message: 7 }, () => undefined])('is none of %o', (thrown) => {
    expect(new Secrets().cleanError(thrown)).toBeUndefined();
  });
});

describe('the system code', () => {
  it('is the first in a chain of causes', () => {
    const inner = Object.assign(new Error('inner'), { code: 'ECONNRESET' });
    expect(systemCode(new Error('outer', { cause: inner }))).toBe('ECONNRESET');
    expect(systemCode(Object.assign(new Error('o', { cause: inner }), { code: 'UND_ERR_SOCKET' }))).toBe(
      'UND_ERR_SOCKET',
    );
    expect(systemCode(new Error('none'))).toBeUndefined();
    expect(systemCode(undefined)).toBeUndefined();
  });
});

it('an error that says nothing gives no reason', () => {
  expect(reasonOf(new Error('a reason'))).toBe('a reason');
  expect(reasonOf(new Error())).toBe('no reason given');
  expect(reasonOf(undefined)).toBe('no reason given');
});

it('E25 an address is shown without what may be secret in it', () => {
  expect(showUrl(new URL('https://user:pass@api.example:8443/v2/a?key=1#x'))).toBe('https://api.example:8443/v2/a');
});

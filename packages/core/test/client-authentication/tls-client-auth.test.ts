import { createPrivateKey } from 'node:crypto';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import type { CertificateAndKey } from '../../src/certificate.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { type Certificates, makeCertificates } from '../servers/certificates.ts';
import { startAsking } from '../token-endpoint/asking.ts';
import { exposedSecrets } from '@outbound-auth/testing';

let certificates: Certificates;
let encryptedKey: string;
beforeAll(async () => {
  certificates = await makeCertificates();
  const key = createPrivateKey(certificates.client.key);
  encryptedKey = String(key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }));
});

const bytes = (text: string) => new TextEncoder().encode(text);
const either = 'give cert and key, or pfx alone';

const refused = (given: unknown) => problemsOf(() => tlsClientAuth(untyped(given)));

/** The certificate that connections are to show. */
async function shown(given: Parameters<typeof tlsClientAuth>[0]): Promise<unknown> {
  const { certificate } = tlsClientAuth(given);
  return typeof certificate === 'function' ? certificate() : certificate;
}

describe('mutual TLS', () => {
  it('E25 shows its key to no inspector', () => {
    const { cert, key } = certificates.client;
    const authenticate = tlsClientAuth({ cert, key });
    for (const options of [{}, { showHidden: true, getters: true }]) {
      expect(inspect({ authenticate }, options)).toContain('[Function: tlsClientAuth]');
      expect(inspect({ authenticate }, options)).not.toContain('PRIVATE KEY');
    }
  });

  it('sends the client id, and nothing else that tells who asks', async () => {
    const { cert, key } = certificates.client;
    const { server, ask } = await startAsking(() => ({ authenticate: tlsClientAuth({ cert, key }) }));
    await ask();
    expect(server.requests[0]?.body).toBe('grant_type=client_credentials&client_id=orders');
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('shows a certificate with its key, as texts or bytes', async () => {
    const { cert, key } = certificates.client;
    const { ca } = certificates;
    const good: CertificateAndKey[] = [
      { cert, key },
      { cert: bytes(cert), key: Buffer.from(key), ca: bytes(ca) },
      { cert: cert + ca, key, ca: [ca, Buffer.from(certificates.selfSigned.cert)] },
      { cert, key: encryptedKey, passphrase: 'open sesame' },
      certificates.selfSigned,
    ];
    for (const { cert: given, key: its, passphrase, ca: authorities } of good) {
      const certificate = { cert: given, key: its, passphrase, ca: authorities };
      expect(await shown(certificate)).toMatchObject({ cert: given, key: its });
      expect(await shown(() => certificate)).toEqual(await shown(certificate));
      expect(await shown(async () => Promise.resolve(certificate))).toEqual(await shown(certificate));
    }
  });

  it('shows a PFX, opened by its passphrase', async () => {
    const { pfx, passphrase } = certificates.client;
    expect(await shown({ pfx, passphrase })).toMatchObject({ pfx, passphrase });
  });

  it('hands its authorities on as they are', async () => {
    const { client, ca } = certificates;
    const { cert, key } = client;
    expect(await shown({ cert, key, ca })).toMatchObject({ ca: [ca] });
    expect(await shown({ cert, key })).toMatchObject({ ca: undefined });
  });
});

describe('a certificate is refused when it is given', () => {
  it('without a part of it', () => {
    const { cert, key, pfx, passphrase } = certificates.client;
    expect(refused({})).toEqual([
      `tlsClientAuth({ cert }): is missing; ${either}`,
      `tlsClientAuth({ key }): is missing; ${either}`,
    ]);
    expect(refused({ cert })).toEqual([`tlsClientAuth({ key }): is missing; ${either}`]);
    expect(refused({ key, passphrase })).toEqual([`tlsClientAuth({ cert }): is missing; ${either}`]);
    for (const more of [{ cert }, { key }, { cert, key }])
      expect(refused({ pfx, passphrase, ...more })).toEqual([
        `tlsClientAuth({ pfx }): stands beside cert or key; ${either}`,
      ]);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['billing.crt', 'a text'],
    [['cert', 'key'], 'a list'],
  ])('as %o', (given, kind) => {
    expect(refused(given)).toEqual([`tlsClientAuth({ … }): must be an object, not ${kind}`]);
  });

  it('with parts of another kind, and names that it has not', () => {
    const given = {
      cert: '',
      key: {},
      pfx: 'text',
      passphrase: 12_345,
      ca: ['rubbish', certificates.ca],
      passPhrase: 'x',
    };
    expect(refused(given)).toEqual([
      'tlsClientAuth({ cert }): must be PEM, as a text or as bytes',
      'tlsClientAuth({ key }): must be PEM, as a text or as bytes',
      'tlsClientAuth({ pfx }): must be the bytes of a PKCS #12 file',
      'tlsClientAuth({ passphrase }): must be a text that is not empty, not a number',
      'tlsClientAuth({ ca[0] }): must be a certificate, PEM',
      'tlsClientAuth({ passPhrase }): is no option; did you mean passphrase?',
    ]);
    expect(refused({ ...certificates.selfSigned, thumbprint: undefined, ca: certificates.selfSigned.key })).toContain(
      'tlsClientAuth({ ca }): must be a certificate, PEM',
    );
  });

  it('that node:tls could not use', () => {
    const { client, stranger } = certificates;
    const { cert, key, pfx } = client;
    // The reason is OpenSSL's, in words of its version.
    const useless = (name: string): unknown[] => [
      expect.stringMatching(`^tlsClientAuth\\({ ${name} }\\): is of no use to node:tls: [^(]+ \\(cert`),
    ];
    for (const given of [
      { cert: 'rubbish', key },
      { cert: key, key: cert },
      { cert, key: stranger.key },
      { cert, key: encryptedKey },
      { cert, key: encryptedKey, passphrase: 'wrong' },
    ])
      expect(refused(given)).toEqual(useless('cert'));
    for (const given of [{ pfx }, { pfx, passphrase: 'wrong' }, { pfx: bytes('rubbish') }])
      expect(refused(given)).toEqual(useless('pfx'));
  });
});

describe('E50 a certificate whose function', () => {
  it('gives rubbish is told as such, and nothing of it is shown', async () => {
    const { key } = certificates.client;
    const { message } = await shown(() => untyped({ cert: key, key })).then(
      () => expect.unreachable(),
      (error: unknown) => error as Error,
    );
    expect(message).toMatch(/^tlsClientAuth\({ cert }\): is of no use to node:tls: .+\(cert and key are PEM/);
    await expect(shown(() => untyped(undefined))).rejects.toThrow(
      new TypeError('tlsClientAuth({ … }): must be an object, not undefined'),
    );
    await expect(shown(() => untyped({ cert: 7, pasphrase: '' }))).rejects.toThrow(
      'tlsClientAuth({ cert }): must be PEM, as a text or as bytes; tlsClientAuth({ pasphrase }): is no option; did you mean passphrase?',
    );
    const error: unknown = await shown(() => untyped({ cert: key, key, keys: key })).catch((reason: unknown) => reason);
    expect(exposedSecrets(error, key.split('\n').slice(1, -2))).toEqual([]);
  });

  it('fails hands on why', async () => {
    const error = new Error('the vault is sealed');
    await expect(shown(() => Promise.reject(error))).rejects.toBe(error);
  });
});

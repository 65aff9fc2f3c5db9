import { startUpstream } from '@outbound-auth/testing';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../servers/certificates.ts';

const script = fileURLToPath(new URL('without-undici.mjs', import.meta.url));

/** What comes of each call in a process that cannot find undici. */
async function callsWithout(...calls: object[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(calls)]);
  return JSON.parse(stdout);
}

describe('where undici is not installed', () => {
  let plain: unknown;
  let proxy: unknown;
  let sharedProxy: unknown;
  let certificate: unknown;
  beforeAll(async () => {
    const [{ client, api, close }, { selfSigned }] = await Promise.all([startUpstream(), makeCertificates()]);
    const { clientSecret: _, ...bare } = client;
    const { cert, key } = selfSigned;
    const address = api.origin;
    const proxied = 'http://127.0.0.1:9';
    const told = await callsWithout(
      { address, options: { clients: { billing: client } } },
      { address, options: { clients: { billing: { ...client, proxy: proxied } } } },
      { address, options: { clients: {}, proxy: proxied } },
      { address, options: { clients: { billing: bare } }, certificate: { cert, key } },
    );
    if (Array.isArray(told)) [plain, proxy, sharedProxy, certificate] = told as unknown[];
    await close();
  }, 60_000);

  const missing = (path: string) => ({
    code: 'invalid_options',
    message: `wrong options:\n  ${path}: needs the package undici in version 7: npm install undici@7`,
  });

  it('a client without proxy and certificate lacks nothing', () => {
    expect(plain).toEqual({ status: 200 });
  });

  it('a proxy is refused when it is needed', () => {
    expect(proxy).toEqual(missing('clients.billing.proxy'));
    expect(sharedProxy).toEqual(missing('proxy'));
  });

  it('a certificate is refused when it is needed', () => {
    expect(certificate).toEqual(missing('clients.billing.clientAuthentication'));
  });
});

import type { CertificateAndKey } from '@outbound-auth/core';
import { exposedSecrets } from '@outbound-auth/testing';
import { Agent } from 'node:https';
import { Agent as Dispatcher } from 'undici';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { member } from '../src/member.ts';
import { type Build, builds, type Config, type Instance } from './builds.ts';
import { client, other, type SelfSigned, server, startBilling, startTlsApi, type TlsApi } from './certificates.ts';
import { failureOf } from './scene.ts';
import { textWith } from './text-with.ts';

const ca = server.cert;

interface Scene {
  readonly api: TlsApi;
  readonly http: Instance;
  /** Has tokens requested with this certificate from now on. */
  readonly rotate: (next: SelfSigned) => Promise<unknown>;
}

async function startScene(build: Build, config: Config = {}, first: CertificateAndKey = client): Promise<Scene> {
  const api = await startTlsApi();
  let present = first;
  const { auth } = await startBilling(api, () => ({ ca, ...present }));
  const http = build.create(config);
  attachOutboundAuth(http, auth);
  const rotate = (next: SelfSigned): Promise<unknown> => {
    present = next;
    return auth.client('billing').getAccessToken({ scope: 'of the next' });
  };
  return { api, http, rotate };
}

const shownIn = ({ seen }: TlsApi): unknown[] => seen.map(({ shown }) => shown);

describe.each(builds)('a client certificate, $name,', (build) => {
  it('is shown inside attachTo, on connections that are used again', async () => {
    const { api, http } = await startScene(build);
    const calls = 10;
    for (let call = 0; call < calls; call += 1) await http.request({ url: `${api.origin}/v2/invoices` });
    expect(shownIn(api)).toEqual(Array(calls).fill('orders'));
    expect(api.seen.every(({ authorization }) => authorization?.startsWith('Bearer '))).toBe(true);
    expect(new Set(api.seen.map(({ port }) => port)).size).toBeLessThan(calls);
  });

  it('is the one that was last read', async () => {
    const { api, http, rotate } = await startScene(build);
    await http.request({ url: `${api.origin}/v2/invoices` });
    await rotate(other);
    await http.request({ url: `${api.origin}/v2/invoices` });
    expect(shownIn(api)).toEqual(['orders', 'other']);
  });

  it('may be given as bytes, and with several authorities', async () => {
    const [cert, key] = [client.cert, client.key].map((pem) => new TextEncoder().encode(pem));
    const { api, http } = await startScene(build, {}, { cert, key, ca: [other.cert, new TextEncoder().encode(ca)] });
    await http.request({ url: `${api.origin}/v2/invoices` });
    expect(shownIn(api)).toEqual(['orders']);
  });

  it('goes along with a redirect inside attachTo', async () => {
    const { api, http } = await startScene(build);
    const { data } = await http.request({ url: `${api.origin}/v2/old?/v2/new`, method: 'post', data: 'an invoice' });
    expect(data).toBe('done');
    expect(shownIn(api)).toEqual(['orders', 'orders']);
  });

  it('E22 does not go along with a redirect out of attachTo, and neither does its trust', async () => {
    const { api, http } = await startScene(build);
    const elsewhere = await startTlsApi();
    for (const location of [`${elsewhere.origin}/v2/new`, '/v1/new']) {
      const error = await failureOf(http.request({ url: `${api.origin}/v2/old?${encodeURIComponent(location)}` }));
      expect(`${String(error)} ${String(member(error, 'cause'))} ${JSON.stringify(member(error, 'cause'))}`).toMatch(
        /self.signed/i,
      );
    }
    expect(api.seen.map(({ path }) => path.split('?')[0])).toEqual(['/v2/old', '/v2/old']);
    expect(elsewhere.seen).toEqual([]);
  });

  it('is not put in the place of an agent of the caller’s', async () => {
    const own = { httpsAgent: new Agent({ ca }), fetchOptions: { dispatcher: new Dispatcher({ connect: { ca } }) } };
    const { api, http } = await startScene(build, own);
    await http.request({ url: `${api.origin}/v2/invoices` });
    expect(shownIn(api)).toEqual([undefined]);
  });

  it('E25 shows neither in responses nor in errors, nor does its key', async () => {
    const { api, http } = await startScene(build);
    const url = `${api.origin}/v2/invoices`;
    const response = await http.request({ url });
    const withOwn = await http.request({ url, headers: { Authorization: 'Bearer of-the-caller' } });
    const refused = await failureOf(http.request({ url, validateStatus: () => false }));
    const broken = await failureOf(http.request({ url: `${api.origin}/v2/reset` }));
    expect(shownIn(api)).toEqual(['orders', 'orders', 'orders', 'orders']);
    const secrets = [client.key, client.cert].flatMap((pem) => [pem, ...pem.split('\n').slice(1, 4)]);
    expect(exposedSecrets([response, withOwn, refused, broken], secrets)).toEqual([]);
    for (const told of [response, withOwn, refused, broken]) {
      expect(member(member(told, 'config'), 'httpsAgent')).toBeUndefined();
      expect(member(member(told, 'config'), 'fetchOptions')).toBeUndefined();
    }
  });
});

describe('a client certificate', () => {
  const overFetch = builds.find(({ name }) => name.endsWith('fetch'));

  it('is told to an adapter that is a function in both ways', async () => {
    const told: unknown[] = [];
    const adapter = async (config: Config): Promise<object> => {
      told.push(config.httpsAgent, member(config.fetchOptions, 'dispatcher'), member(config.fetchOptions, 'keepalive'));
      return { status: 200, config };
    };
    const { api, http } = await startScene(builds[0] ?? missing(), { adapter, fetchOptions: { keepalive: true } });
    await http.request({ url: `${api.origin}/v2/invoices` });
    expect(told).toEqual([expect.any(Agent), expect.any(Dispatcher), true]);
  });

  it.each([[['xhr', 'http', 'fetch']], ['HTTP']])('needs no undici for the adapter %s', async (adapter) => {
    const { api, http } = await startScene(builds[0] ?? missing());
    await http.request({ url: `${api.origin}/v2/invoices` });
    hideUndici();
    await http.request({ url: `${api.origin}/v2/invoices`, adapter });
    expect(shownIn(api)).toEqual(['orders', 'orders']);
  });

  it('needs undici for the fetch adapter, and no call goes out without the certificate', async () => {
    const { api, http, rotate } = await startScene(overFetch ?? missing());
    await http.request({ url: `${api.origin}/v2/invoices` });
    await rotate(other);
    hideUndici();
    await expect(http.request({ url: `${api.origin}/v2/invoices` })).rejects.toMatchObject({
      code: 'invalid_call',
      message: textWith('npm install undici@7'),
    });
    expect(api.seen).toHaveLength(1);
    vi.doUnmock('undici');
    await http.request({ url: `${api.origin}/v2/invoices` });
    expect(shownIn(api)).toEqual(['orders', 'other']);
  });
});

/** As if it weren't installed, for imports from here on. */
function hideUndici(): void {
  vi.doMock('undici', () => {
    throw new Error("Cannot find package 'undici'");
  });
  onTestFinished(() => {
    vi.doUnmock('undici');
  });
}

function missing(): never {
  throw new Error('there is no such build of Axios');
}

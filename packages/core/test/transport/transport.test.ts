import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CertificateAndKey, ClientCertificate } from '../../src/certificate.ts';
import { plainTransport } from '../../src/options/read-transport.ts';
import { type Transport, transportOf } from '../../src/transport/transport.ts';
import { type Certificates, type CertificateWithKey, makeCertificates } from '../servers/certificates.ts';
import { startWitness, type Witness } from './witness.ts';

let certificates: Certificates;
let server: Witness;
beforeAll(async () => {
  certificates = await makeCertificates();
});
// One for each test, so that the connections of others aren't counted.
beforeEach(async () => {
  server = await startWitness();
  onTestFinished(() => server.close());
});

function pair({ cert, key }: CertificateWithKey): CertificateAndKey {
  return { cert, key, ca: certificates.ca };
}

function transportBy(certificate: ClientCertificate | undefined): Transport {
  return transportOf({ ...plainTransport, certificate, path: 'clients.billing.clientAuthentication' });
}

/** Sends a request, and whose certificate was shown. */
async function shownBy(fetch: typeof globalThis.fetch, path = '/', init?: RequestInit) {
  await (await fetch(`${server.origin}${path}`, init)).text();
  const shown = server.seen.at(-1)?.certificate;
  return Object.entries(certificates).find(([, one]) => isShown(one, shown))?.[0];
}

function isShown(one: unknown, thumbprint: string | undefined): boolean {
  return typeof one === 'object' && one !== null && 'thumbprint' in one && one.thumbprint === thumbprint;
}

const asIs: Parameters<NonNullable<Transport['prepare']>>[0] = async (source) =>
  typeof source === 'function' ? (source as () => never)() : source;
const token = { method: 'POST' };

describe('a transport without a certificate, proxy and dispatcher', () => {
  it('E38 is the given fetch itself', () => {
    const fetch = vi.fn();
    const transport = transportOf({ ...plainTransport, fetch, certificate: undefined, path: '' });
    expect(transport).toMatchObject({ fetch, attached: fetch, anonymous: fetch, prepare: undefined });
    expect(transport.certificate()).toBeUndefined();
  });
});

describe('a transport with a certificate that stays', () => {
  it('shows it from the start, to servers and APIs', async () => {
    const transport = transportBy(pair(certificates.client));
    expect(await shownBy(transport.attached)).toBe('client');
    expect(await shownBy(transport.fetch)).toBe('client');
    expect(transport.certificate()).toEqual(pair(certificates.client));
  });
});

describe('a transport with a certificate from a function', () => {
  /** One whose certificate the test changes. */
  const changing = async () => {
    const state: { present: CertificateWithKey } = { present: certificates.client };
    const transport = transportBy(() => pair(state.present));
    const { prepare } = transport;
    if (prepare === undefined) throw new Error('nothing is read');
    const read = () => prepare(asIs);
    return { state, read, ...transport };
  };

  it('has none to show before a token was got', async () => {
    const { certificate, read, fetch } = await changing();
    expect(certificate()).toBeUndefined();
    await read();
    expect(certificate()).toBeUndefined();
    // Metadata, which anyone is given, and a refusal.
    await shownBy(fetch);
    await shownBy(fetch, '/?to=/', { ...token, redirect: 'manual' });
    expect(certificate()).toBeUndefined();
    expect(await shownBy(fetch, '/', token)).toBe('client');
    expect(certificate()).toEqual(pair(certificates.client));
  });

  it('shows APIs the former one until a token was got with the new', async () => {
    const { state, read, fetch, attached } = await changing();
    await read();
    await shownBy(fetch, '/', token);
    state.present = certificates.stranger;
    await read();
    expect(await shownBy(attached)).toBe('client');
    await shownBy(fetch, '/?to=/', { ...token, redirect: 'manual' });
    expect(await shownBy(attached)).toBe('client');
    expect(await shownBy(fetch, '/', token)).toBe('stranger');
    expect(await shownBy(attached)).toBe('stranger');
  });

  it('is sure of it by a token that was asked for meanwhile', async () => {
    const { read, fetch, certificate } = await changing();
    await read();
    const asked = shownBy(fetch, '/', token);
    // Another token request reads an equal one.
    await read();
    await asked;
    expect(certificate()).toEqual(pair(certificates.client));
  });

  it('is not sure of it by a token that was got with another', async () => {
    const { state, read, fetch, certificate } = await changing();
    await read();
    const asked = shownBy(fetch, '/', token);
    state.present = certificates.stranger;
    await read();
    expect(await asked).toBe('client');
    expect(certificate()).toBeUndefined();
  });

  it('goes back to one that was shown all the time', async () => {
    const { state, read, fetch, attached } = await changing();
    await read();
    await shownBy(fetch, '/', token);
    state.present = certificates.stranger;
    await read();
    state.present = certificates.client;
    await read();
    expect(await shownBy(fetch, '/', token)).toBe('client');
    expect(await shownBy(attached)).toBe('client');
  });

  it('ends the connections of each one that is replaced', async () => {
    const { state, read, fetch, attached } = await changing();
    await read();
    await shownBy(fetch, '/', token);
    state.present = certificates.stranger;
    await read();
    // Refused, and replaced in turn.
    await shownBy(fetch, '/?to=/', { ...token, redirect: 'manual' });
    state.present = certificates.selfSigned;
    await read();
    expect(await shownBy(fetch, '/', token)).toBe('selfSigned');
    expect(await shownBy(attached)).toBe('selfSigned');
    state.present = certificates.client;
    await read();
    await shownBy(fetch, '/', token);
    await expect.poll(() => server.openConnections()).toBe(1);
  });

  it('keeps its connections while the function gives equal certificates', async () => {
    const { read, fetch } = await changing();
    await read();
    for (let times = 0; times < 6; times += 1) {
      await read();
      await shownBy(fetch, '/', token);
    }
    expect(await server.openConnections()).toBeLessThan(3);
  });
});

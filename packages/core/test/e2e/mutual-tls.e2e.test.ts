import { exposedSecrets, manualClock, startAuthorizationServer } from '@outbound-auth/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Agent } from 'undici';
import type { CertificateAndKey, ClientCertificate } from '../../src/certificate.ts';
import type { ClientAuthentication } from '../../src/client-authentication/client-authentication.ts';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import type { ClientOptions, OutboundAuthOptions } from '../../src/options/options.ts';
import type { OutboundAuth } from '../../src/outbound-auth.ts';
import { untyped } from '../options/problems.ts';
import { type Certificates, makeCertificates } from '../servers/certificates.ts';
import { tlsFetch } from '../servers/tls-fetch.ts';
import { expiredCertificate } from '../transport/expired-certificate.ts';
import { startWitness, type Witness } from '../transport/witness.ts';
import { authFor, startWorld } from './worlds.ts';

const world = startWorld({ tls: true });
let certificates: Certificates;
let inside: Witness;
let outside: Witness;
/** For what shows no certificate: trusts the tests' CA, as NODE_EXTRA_CA_CERTS would. */
let trusting: typeof fetch;
beforeAll(async () => {
  certificates = await makeCertificates();
  [inside, outside] = await Promise.all([startWitness(), startWitness()]);
  const dispatcher = new Agent({ connect: { ca: certificates.ca } });
  trusting = (input, init) => fetch(input, Object.assign({ dispatcher }, init));
});
afterAll(() => Promise.all([inside.close(), outside.close()]));

type Pair = Pick<CertificateAndKey, 'cert' | 'key'>;

/** Certificate and key alone, and the CA to trust. */
function pair({ cert, key }: Pair): CertificateAndKey {
  return { cert, key, ca: certificates.ca };
}

function authBy(
  certificate: ClientCertificate,
  client: Partial<ClientOptions> = {},
  options: Partial<OutboundAuthOptions> = {},
): OutboundAuth<'billing'> {
  const { clientId } = world().server.clients.tls;
  return authFor(world(), { clientId, clientAuthentication: tlsClientAuth(certificate), ...client }, options);
}

/** The registration whose tokens are bound to whatever certificate is shown, by secret. */
function boundClient(certificate: ClientCertificate): Partial<ClientOptions> {
  const { clientId, clientSecret } = world().server.clients.bound;
  const clientAuthentication: ClientAuthentication = Object.assign(clientSecretBasic(clientSecret), { certificate });
  return { clientId, clientAuthentication };
}

async function callApi(auth: OutboundAuth<'billing'>): Promise<number> {
  return (await auth.fetch(`${world().api.origin}/invoices`)).status;
}

async function thumbprintIn(auth: OutboundAuth<'billing'>): Promise<unknown> {
  return (await auth.client('billing').getAccessToken()).claims()?.['cnf'];
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
}

describe('a client known by its certificate', () => {
  it.each<[string, () => CertificateAndKey]>([
    ['PEM texts', () => pair(certificates.client)],
    [
      'PEM bytes',
      () => {
        const { cert, key } = certificates.client;
        return { cert: new TextEncoder().encode(cert), key: Buffer.from(key), ca: [Buffer.from(certificates.ca)] };
      },
    ],
    [
      'a PFX and its passphrase',
      () => {
        const { pfx, passphrase } = certificates.client;
        return { pfx: new Uint8Array(pfx), passphrase, ca: certificates.ca };
      },
    ],
  ])('by %s gets a token that is bound to it, and that the API takes', async (_how, certificate) => {
    for (const given of [certificate(), async () => certificate()]) {
      const auth = authBy(given);
      expect(await callApi(auth)).toBe(200);
      expect(await thumbprintIn(auth)).toEqual({ 'x5t#S256': certificates.client.thumbprint });
    }
  });

  it('may have signed it itself', async () => {
    const { clientId } = world().server.clients.selfSignedTls;
    const auth = authBy(pair(certificates.selfSigned), { clientId });
    expect(await callApi(auth)).toBe(200);
    expect(await thumbprintIn(auth)).toEqual({ 'x5t#S256': certificates.selfSigned.thumbprint });
  });

  it('has a token that is good over another connection in nobody else’s hands', async () => {
    const auth = authBy(pair(certificates.client));
    const { authorization } = await auth.client('billing').getAccessToken();
    const { ca, stranger } = certificates;
    const thief = tlsFetch({ cert: stranger.cert, key: stranger.key, ca });
    expect((await thief(world().api.origin, { headers: { authorization } })).status).toBe(401);
    const dispatcher = new Agent({ connect: { cert: stranger.cert, key: stranger.key, ca } });
    onTestFinished(() => dispatcher.close());
    // The caller's own dispatcher has the last word, for this call.
    expect((await auth.fetch(world().api.origin, untyped({ dispatcher }))).status).toBe(401);
    expect(await callApi(auth)).toBe(200);
  });

  it('whose tokens are bound though it is known by a secret shows the certificate to the API too', async () => {
    const auth = authFor(world(), boundClient(pair(certificates.stranger)));
    expect(await callApi(auth)).toBe(200);
    expect(await thumbprintIn(auth)).toEqual({ 'x5t#S256': certificates.stranger.thumbprint });
  });

  it('may show it by a dispatcher of the user’s own instead', async () => {
    const { cert, key } = certificates.client;
    const dispatcher = new Agent({ connect: { cert, key, ca: certificates.ca } });
    onTestFinished(() => dispatcher.close());
    const { clientId, clientSecret } = world().server.clients.bound;
    expect(await callApi(authFor(world(), { clientId, clientSecret, dispatcher }))).toBe(200);
  });
});

describe('the certificate', () => {
  const authWithin = (options: Partial<ClientOptions> = {}) =>
    authBy(pair(certificates.client), { attachTo: [`${inside.origin}/in`], fetch: trusting, ...options });

  it('is shown inside attachTo, and by no redirect out of it', async () => {
    const auth = authWithin({ headers: { 'x-api-key': 'k' } });
    for (const to of [`${outside.origin}/out`, `${inside.origin}/out`]) {
      const [atInside, atOutside] = [inside.seen.length, outside.seen.length];
      const response = await auth.fetch(`${inside.origin}/in/a?to=${encodeURIComponent(`/in/b?to=${to}`)}`);
      expect([response.status, response.url]).toEqual([200, to]);
      const seen = [...inside.seen.slice(atInside), ...outside.seen.slice(atOutside)];
      const { thumbprint } = certificates.client;
      expect(seen.map(({ path, certificate }) => [path, certificate])).toEqual([
        ['/in/a', thumbprint],
        ['/in/b', thumbprint],
        ['/out', undefined],
      ]);
      expect(seen.at(-1)?.headers).not.toHaveProperty('x-api-key');
    }
  });

  it('is not shown by calls that no client covers, nor by those of another client', async () => {
    const plain = await startAuthorizationServer();
    onTestFinished(() => plain.close());
    const { clientId } = world().server.clients.tls;
    const { issuer } = world().server;
    const auth = createOutboundAuth({
      fetch: trusting,
      clients: {
        billing: {
          issuer,
          clientId,
          clientAuthentication: tlsClientAuth(pair(certificates.client)),
          attachTo: [`${inside.origin}/in`],
        },
        ledger: {
          tokenEndpoint: plain.tokenEndpoint,
          clientId: 'ledger',
          clientSecret: 'secret',
          attachTo: [`${inside.origin}/ledger`],
        },
      },
    });
    const paths = ['/in', '/ledger', '/elsewhere', '/in'];
    const from = inside.seen.length;
    for (const path of paths) await auth.fetch(`${inside.origin}${path}`);
    await auth.fetch(`${inside.origin}/in`, { outboundAuth: false });
    const { thumbprint } = certificates.client;
    const shown = inside.seen.slice(from).map(({ certificate }) => certificate);
    expect(shown).toEqual([thumbprint, undefined, undefined, thumbprint, undefined]);
  });

  it('is shown with the caller’s own credentials too, from the first call on', async () => {
    const auth = authWithin();
    await auth.fetch(`${inside.origin}/in`, { headers: { authorization: 'Bearer my-own' } });
    expect(inside.seen.at(-1)).toMatchObject({
      headers: { authorization: 'Bearer my-own' },
      certificate: certificates.client.thumbprint,
    });
  });
});

describe('a certificate from a function', () => {
  it('E27 that was wrong is asked for once more, at once', async () => {
    const answers = [certificates.stranger, certificates.client];
    const auth = authBy(() => pair(answers.shift() ?? certificates.client));
    const from = world().server.tokenRequests.length;
    expect(await callApi(auth)).toBe(200);
    expect(
      world()
        .server.tokenRequests.slice(from)
        .map(({ status }) => status),
    ).toEqual([401, 200]);
    expect(answers).toEqual([]);
  });

  it('E27 that was replaced is shown from the next token request on, and the former connections end', async () => {
    const witness = await startWitness();
    onTestFinished(() => witness.close());
    let present: Pair = certificates.client;
    const attachTo = [world().api.origin, witness.origin];
    const auth = authFor(world(), { ...boundClient(async () => pair(present)), attachTo });
    expect(await callApi(auth)).toBe(200);
    const see = async (path: string) => (await auth.fetch(`${witness.origin}${path}`)).text();
    await see('/a');
    const first = await auth.client('billing').getAccessToken();
    present = certificates.stranger;
    // Nothing is asked for, and so nothing changes, before a token is.
    await see('/b');
    expect(await witness.openConnections()).toBeGreaterThan(0);
    world().api.refuse(first.value);
    expect(await callApi(auth)).toBe(200);
    await expect.poll(() => witness.openConnections()).toBe(0);
    await see('/c');
    const [a, b, c] = witness.seen;
    expect([a?.certificate, b?.certificate]).toEqual(Array(2).fill(certificates.client.thumbprint));
    expect(c?.certificate).toBe(certificates.stranger.thumbprint);
    expect(await thumbprintIn(auth)).toEqual({ 'x5t#S256': certificates.stranger.thumbprint });
  });

  it('E27 whose successor is refused stays in use with the token that is bound to it', async () => {
    const clock = manualClock();
    const events: OutboundAuthEvent[] = [];
    let present: Pair = certificates.client;
    const auth = authBy(() => pair(present), {}, { clock, onEvent: (event) => events.push(event) });
    expect(await callApi(auth)).toBe(200);
    present = certificates.stranger;
    await clock.advance(50_000);
    const before = world().api.calls.length;
    expect(await callApi(auth)).toBe(200);
    await expect.poll(() => events.map(({ type }) => type)).toContain('token.failed');
    expect(await callApi(auth)).toBe(200);
    expect(
      world()
        .api.calls.slice(before)
        .map(({ status }) => status),
    ).toEqual([200, 200]);
  });

  it('E50 that cannot be read any more stays in use with the token that is bound to it', async () => {
    const clock = manualClock();
    const events: OutboundAuthEvent[] = [];
    let readable = true;
    const certificate = () => {
      if (!readable) throw new Error('no such file');
      return pair(certificates.client);
    };
    const auth = authBy(certificate, {}, { clock, onEvent: (event) => events.push(event) });
    expect(await callApi(auth)).toBe(200);
    readable = false;
    await clock.advance(50_000);
    const before = world().api.calls.length;
    expect(await callApi(auth)).toBe(200);
    await expect.poll(() => events.at(-1)?.type).toBe('token.failed');
    expect(await callApi(auth)).toBe(200);
    expect(
      world()
        .api.calls.slice(before)
        .map(({ status }) => status),
    ).toEqual([200, 200]);
  });

  it('E50 that throws, or gives what cannot be used, is told with its reason', async () => {
    const { client, stranger, ca } = certificates;
    const gone = authBy(() => Promise.reject(new Error('no such file: billing.crt')));
    await expect(callApi(gone)).rejects.toMatchObject({
      code: 'credential_unavailable',
      client: 'billing',
      message: expect.stringContaining('no such file: billing.crt') as string,
    });
    const faults: CertificateAndKey[] = [
      { cert: client.cert, key: stranger.key, ca },
      { pfx: client.pfx, passphrase: 'wrong passphrase', ca },
    ];
    for (const fault of faults) {
      const error = await failureOf(callApi(authBy(() => fault)));
      expect(error).toMatchObject({
        code: 'credential_unavailable',
        message: expect.stringContaining('belong together') as string,
      });
      const secrets = [stranger.key, stranger.key.slice(40, 100), 'wrong passphrase', client.passphrase];
      expect(exposedSecrets(error, secrets)).toEqual([]);
    }
  });

  it('E50 that hangs is given up in time, and not taken for a slow server', async () => {
    const clock = manualClock();
    const auth = authBy(() => new Promise(() => undefined), {}, { clock });
    const failure = failureOf(callApi(auth));
    await clock.advance(4_000);
    expect(await failure).toMatchObject({
      code: 'credential_unavailable',
      message: "client 'billing': its credentials could not be read within 4 s (requestTimeout)",
    });
  });
});

describe('what goes wrong', () => {
  it('E25 a certificate that the server does not know is told without it, nor its key', async () => {
    const { stranger } = certificates;
    const error = await failureOf(callApi(authBy(pair(stranger))));
    expect(error).toMatchObject({ code: 'token_request_refused', server: { status: 401, error: 'invalid_client' } });
    expect(exposedSecrets(error, [stranger.key, stranger.key.slice(40, 100), stranger.cert])).toEqual([]);
  });

  it('a server of an authority that is not trusted is told with the code of TLS', async () => {
    const { cert, key } = certificates.client;
    const { issuer, tokenEndpoint } = world().server;
    await expect(callApi(authBy({ cert, key }))).rejects.toMatchObject({
      code: 'discovery_failed',
      message: expect.stringContaining(`'${issuer}' cannot be reached (SELF_SIGNED_CERT_IN_CHAIN)`) as string,
    });
    await expect(callApi(authBy({ cert, key }, { issuer: undefined, tokenEndpoint }))).rejects.toMatchObject({
      code: 'token_endpoint_unreachable',
      message: expect.stringContaining(`${tokenEndpoint} cannot be reached (SELF_SIGNED_CERT_IN_CHAIN)`) as string,
    });
  });

  it('so is one whose certificate has expired, or is for another host', async () => {
    const expired = expiredCertificate();
    const faults: [code: string, server: Certificates['server'], ca: string][] = [
      ['CERT_HAS_EXPIRED', expired, expired.cert],
      ['ERR_TLS_CERT_ALTNAME_INVALID', certificates.client, certificates.ca],
    ];
    for (const [code, server, ca] of faults) {
      const witness = await startWitness({ server });
      onTestFinished(() => witness.close());
      const { cert, key } = certificates.client;
      const options = { issuer: undefined, tokenEndpoint: `${witness.origin}/token` };
      await expect(callApi(authBy({ cert, key, ca }, options))).rejects.toMatchObject({
        code: 'token_endpoint_unreachable',
        message: expect.stringContaining(`cannot be reached (${code})`) as string,
      });
      expect(witness.seen).toEqual([]);
    }
  });

  it('E25 nothing of the certificate is seen in the auth', async () => {
    const { key, passphrase, pfx } = certificates.client;
    for (const certificate of [pair(certificates.client), { pfx, passphrase, ca: certificates.ca }]) {
      const auth = authBy(certificate);
      await callApi(auth);
      const shown = [auth, auth.client('billing'), await auth.client('billing').getAccessToken()];
      for (const value of shown) expect(exposedSecrets(value, [key, passphrase])).toEqual([]);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startAuthorizationServer } from '../authorization-server.mjs';
import { listen } from '../listen.mjs';
import { noToken } from '../own-system.mjs';
import { serveProtectedApi } from '../protected-api.mjs';
import { patience, playground } from './playground.mjs';

vi.setConfig(patience);

describe("the user's own system", () => {
  let api;
  let server;
  let page;
  beforeAll(async () => {
    api = await listen();
    server = await startAuthorizationServer({ orders: 'the secret' }, api.origin);
    serveProtectedApi(api, server);
    // Answers with the status that its path names, or with 200.
    page = await listen(({ url }, response) => {
      const headers = { 'content-type': 'text/html', location: '/sign-in' };
      response.writeHead(Number(url.slice(1)) || 200, headers).end('<html>Sign in</html>');
    });
  });
  afterAll(() => Promise.all([api.close(), server.close(), page.close()]));

  const run = (flags, secret = 'the secret') => {
    const given = { 'client-id': 'orders', 'client-secret-env': 'SECRET', call: `${page.origin}/invoices`, ...flags };
    const args = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
    return playground(args, { SECRET: secret });
  };

  const expectPlain = ({ code, stderr, stdout }, problem, remedy) => {
    const lines = stderr.trim().split('\n');
    expect(lines[0]).toMatch(problem);
    expect(lines[1]).toMatch(remedy);
    expect(lines, 'the problem and its remedy').toHaveLength(2);
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(/the secret|the wrong one/);
  };

  it('that works shows status, timing and facts of the token, and not the token', async () => {
    const { code, stdout, stderr } = await run({ 'token-endpoint': server.tokenEndpoint, scope: 'invoices:read' });
    expect(stdout).toMatch(/token {3}got in \d+ ms: Bearer, opaque, good for 5 s \(until .*\), scope 'invoices:read'/);
    expect(stdout).toMatch(/call {4}GET http:.*\/invoices → 200 OK in \d+ ms/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('is found by its issuer too', async () => {
    const { code, stdout } = await run({ issuer: server.issuer });
    expect(stdout).toMatch(/token {3}got in/);
    expect(code).toBe(0);
  });

  it('with a server that is not there is told so', async () => {
    const gone = await listen();
    await gone.close();
    const result = await run({ 'token-endpoint': `${gone.origin}/token` });
    expectPlain(
      result,
      /^No token: .* cannot be reached \(ECONNREFUSED\)\.$/,
      /^→ Check --token-endpoint, and that the server runs\.$/,
    );
  });

  it('with a wrong secret is told so', async () => {
    const result = await run({ 'token-endpoint': server.tokenEndpoint }, 'the wrong one');
    expectPlain(
      result,
      /^No token: .* answered 401 \(invalid_client/,
      /^→ Check --client-id, --client-secret-env and how the client authenticates[.;]/,
    );
  });

  it.each([
    ['Check scope: the server does not grant it', 'Check --scope: the server does not grant it.'],
    ['Check the client’s scope, audience and grant', 'Check the client’s --scope, --audience and grant.'],
    ['Check its address, and that the server runs', 'Check --issuer, and that the server runs.'],
    ['The fault is on the server’s side', 'The fault is on the server’s side.'],
  ])('is told by flags what core says by options: %s', (said, remedy) => {
    const message = `client 'yours': the token endpoint x answered 400 (Sorry. No scope. Sorry). ${said}`;
    const problem = 'No token: the token endpoint x answered 400 (Sorry. No scope. Sorry).';
    expect(noToken({ message }, {})).toMatchObject({ message: problem, remedy });
  });

  it.each([
    [200, /^→ Check --token-endpoint: is it a web page or a proxy that answers there\?$/],
    [302, /^→ Give the address that it leads to as --token-endpoint\.$/],
    [403, /^→ Check --token-endpoint: is it a web page or a proxy that answers there\?$/],
    [404, /^→ Check --token-endpoint: the server has none at this address\.$/],
    [405, /^→ Check --token-endpoint: the server has none at this address\.$/],
  ])('with an HTML page that answers %d for a token endpoint is told so', async (status, remedy) => {
    const result = await run({ 'token-endpoint': `${page.origin}/${status}` });
    expectPlain(result, new RegExp(`^No token: .* answered ${status}\\b`), remedy);
  });

  it('with a server that says nothing in time is told so', () => {
    const message = "client 'yours': no token from https://idp.example within 30 s (requestTimeout)";
    expect(noToken({ message }, { issuer: 'https://idp.example' })).toMatchObject({
      message: 'No token: no token from https://idp.example within 30 s (requestTimeout).',
      remedy: 'Check --issuer, and that no firewall or proxy is in the way.',
    });
  });

  it('with an issuer that has no discovery is told so', async () => {
    const result = await run({ issuer: `${api.origin}/nothing` });
    expectPlain(
      result,
      /^No token: the issuer .* 401 and 401/,
      /^→ Check --issuer \(to the letter, .*\), or give --token-endpoint instead\.$/,
    );
  });

  it('with an API that refuses the token is told so', async () => {
    const result = await run({ 'token-endpoint': server.tokenEndpoint, call: `${api.origin}/invoices` });
    expectPlain(result, /^The API answered 401\.$/, /^→ It takes no token of this client/);
  });

  it('with an API that is not there is told so', async () => {
    const gone = await listen();
    await gone.close();
    const result = await run({ 'token-endpoint': server.tokenEndpoint, call: gone.origin });
    expectPlain(result, /cannot be reached \(ECONNREFUSED\)\.$/, /^→ Check --call/);
  });

  it('over plain http beyond this machine is refused', async () => {
    const result = await run({ 'token-endpoint': 'http://idp.example/token' });
    expectPlain(result, /^--token-endpoint: must begin with https/, /^→ Mend the flags/);
  });
});

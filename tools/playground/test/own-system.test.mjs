import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAuthorizationServer } from '../authorization-server.mjs';
import { listen } from '../listen.mjs';
import { serveProtectedApi } from '../protected-api.mjs';
import { playground } from './playground.mjs';

describe("the user's own system", () => {
  let api;
  let server;
  let page;
  beforeAll(async () => {
    api = await listen();
    server = await startAuthorizationServer({ orders: 'the secret' }, api.origin);
    serveProtectedApi(api, server);
    page = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
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
      /^→ Check --token-endpoint .* server runs/,
    );
  });

  it('with a wrong secret is told so', async () => {
    const result = await run({ 'token-endpoint': server.tokenEndpoint }, 'the wrong one');
    expectPlain(result, /^No token: .* answered 401 \(invalid_client/, /^→ Check --client-id, and that SECRET holds/);
  });

  it('with an HTML page for a token endpoint is told so', async () => {
    const result = await run({ 'token-endpoint': page.origin });
    expectPlain(
      result,
      /^No token: .* answered 200 with text\/html/,
      /^→ Check --token-endpoint: .* no token endpoint/,
    );
  });

  it('with an issuer that has no discovery is told so', async () => {
    const result = await run({ issuer: `${api.origin}/nothing` });
    expectPlain(result, /^No token: the issuer .* 401 and 401/, /^→ Check --issuer to the letter/);
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

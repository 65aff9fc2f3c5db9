import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmpower, startEmpowerId, startJwtPlatform, startUsageEngine } from '../index.mjs';
import { ask, basic, tokenRequest } from './ask.mjs';

const clients = { app: { secret: 'app secret' } };
const emulators = [
  ['Empower', () => startEmpower({ clients, apiKey: 'the api key' })],
  ['the JWT platform', () => startJwtPlatform({ clients })],
  ['EmpowerID', () => startEmpowerId({ clients, users: { jo: 'password' } })],
  ['Usage Engine', () => startUsageEngine({ clients })],
];

describe.each(emulators)('%s', (_, start) => {
  let emulator;
  beforeAll(async () => {
    emulator = await start();
  });
  afterAll(() => emulator.close());

  const post = (body, headers = basic('app', 'app secret')) =>
    ask(emulator.tokenEndpoint, { ...tokenRequest({}, headers), body });
  const origin = () => new URL(emulator.tokenEndpoint).origin;

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('answers %s at the token endpoint with 405', async (method) => {
    const answer = await ask(emulator.tokenEndpoint, { method });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' }, body: { error: 'method_not_allowed' } });
  });

  it('answers 404 elsewhere', async () => {
    for (const path of ['', '/', '/token', '/oauth/v2/token/', '/__proto__', '//', '/%']) {
      const answer = await ask(`${origin()}${path}`, tokenRequest({ grant_type: 'client_credentials' }));
      expect(answer).toMatchObject({ status: 404, body: { error: 'not_found' } });
    }
  });

  it('refuses parameters in the address', async () => {
    const answer = await ask(`${emulator.tokenEndpoint}?client_secret=x`, tokenRequest({}));
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(JSON.stringify(emulator.tokenRequests.list)).not.toContain('client_secret=x');
  });

  it('refuses a body that is too large, and takes the next request', async () => {
    for (const size of [64 * 1024 + 1, 4 * 1024 * 1024]) {
      expect(await post('a'.repeat(size))).toMatchObject({ status: 413, body: { error: 'invalid_request' } });
    }
    expect((await post('grant_type=client_credentials')).status).not.toBe(413);
  });

  it.each([
    ['a repeated parameter', 'grant_type=a&grant_type=a'],
    ['half a percent code', 'grant_type=%4'],
    ['bytes that are no UTF-8', new Uint8Array([0x61, 0x3d, 0xff])],
    ['percent codes that are no UTF-8', 'a=%ff'],
  ])('refuses a form with %s', async (_case, body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('refuses an empty body', async () => {
    expect((await post('')).status).toBeOneOf([400, 401]);
    expect((await post('', {})).status).toBeOneOf([400, 401]);
  });

  const raw = async (text) => {
    const socket = connect(new URL(origin()).port, '127.0.0.1').end(text);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    return answer;
  };
  const lines = (...each) => [...each, '', ''].join('\r\n');

  it('refuses two Authorization headers, and what is no HTTP', async () => {
    const { pathname } = new URL(emulator.tokenEndpoint);
    const head = [`POST ${pathname} HTTP/1.1`, 'Host: a', 'Connection: close', 'Content-Length: 0'];
    expect(await raw(lines(...head, 'Authorization: Basic YTpi', 'authorization: Basic YTpj'))).toMatch(
      /^HTTP\/1.1 400[^]*more than one Authorization header/,
    );
    expect(await raw(lines('hello'))).toMatch(/^HTTP\/1.1 400/);
    expect(await raw(lines('GET http://[ HTTP/1.1', 'Host: a', 'Connection: close'))).toMatch(/^HTTP\/1.1 404/);
  });

  it('survives a client that leaves in the middle of its body, and closes at once', async () => {
    const other = await start();
    const { pathname, port } = new URL(other.tokenEndpoint);
    const socket = connect(port, '127.0.0.1');
    socket.write(lines(`POST ${pathname} HTTP/1.1`, 'Host: a', 'Content-Length: 10'));
    await expect.poll(() => other.tokenRequests.count).toBe(1);
    socket.destroy();
    await expect.poll(() => other.tokenRequests.list[0].verdict).toBe('aborted');
    const waiting = connect(port, '127.0.0.1');
    await once(waiting, 'connect');
    await Promise.all([other.close(), once(waiting.resume(), 'close')]);
  });
});

describe('EmpowerID refuses JSON', () => {
  it.each(['', '{', '[]', 'null', '"a"', '{"grant_type":1}', '{"client_id":{}}', '\uFEFF{}', '['.repeat(30_000)])(
    'that is wrong: %j',
    async (body) => {
      const emulator = await startEmpowerId({ clients, users: {} });
      const headers = { 'content-type': 'application/json' };
      const answer = await ask(emulator.tokenEndpoint, { method: 'POST', headers, body });
      await emulator.close();
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    },
  );

  it('whose members are those of every object', async () => {
    const emulator = await startEmpowerId({ clients, users: {} });
    const body = '{"__proto__":"x","client_id":"__proto__","client_secret":"x","grant_type":"password"}';
    const headers = { 'content-type': 'application/json' };
    const answer = await ask(emulator.tokenEndpoint, { method: 'POST', headers, body });
    await emulator.close();
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });
});

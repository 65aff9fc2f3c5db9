import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RedisServer, startRedisServer } from '../src/index.ts';

const open: { end(): unknown }[] = [];
afterEach(async () => {
  for (const opened of open.splice(0)) await opened.end();
});

async function started(...config: string[]): Promise<RedisServer> {
  const server = await startRedisServer({ config });
  open.push({ end: () => server.stop() });
  return server;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  open.push({ end: () => socket.destroy() });
  await once(socket, 'connect');
  return socket;
}

async function ask(socket: Socket, command: string): Promise<string> {
  const answer = once(socket, 'data');
  socket.write(`${command}\r\n`);
  return String((await answer)[0]);
}

describe('a Redis server for tests', () => {
  it('answers once it is started, with the configuration that it was given', async () => {
    const server = await started('maxmemory 20mb');
    expect(server.url).toBe(`redis://127.0.0.1:${server.port}`);
    const socket = await connected(server.port);
    expect(await ask(socket, 'PING')).toBe('+PONG\r\n');
    expect(await ask(socket, 'CONFIG GET maxmemory')).toContain('20971520');
  });

  it('answers nothing while it is frozen, and then what it was asked', async () => {
    const server = await started();
    const socket = await connected(server.port);
    server.freeze();
    const answer = ask(socket, 'PING');
    // Whatever the system still had to deliver has been delivered.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const seen = vi.fn();
    void answer.then(seen);
    expect(seen).not.toHaveBeenCalled();
    server.thaw();
    expect(await answer).toBe('+PONG\r\n');
  });

  it('comes back on its port with what it has written to the disk', async () => {
    const server = await started('appendonly yes', 'appendfsync always');
    const socket = await connected(server.port);
    expect(await ask(socket, 'SET key text')).toBe('+OK\r\n');
    const closed = once(socket, 'close');
    await server.kill();
    await closed;
    await expect(connected(server.port)).rejects.toThrow('ECONNREFUSED');
    await server.restart(['maxmemory 20mb']);
    const again = await connected(server.port);
    expect(await ask(again, 'GET key')).toContain('text');
    expect(await ask(again, 'CONFIG GET maxmemory')).toContain('20971520');
  });

  it('can be killed while it is frozen', async () => {
    const server = await started();
    server.freeze();
    await server.stop();
    await expect(connected(server.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('says what is wrong with its configuration', async () => {
    await expect(startRedisServer({ config: ['no-such-thing 1'] })).rejects.toThrow(
      /ended before it was ready:[^]*no-such-thing 1/,
    );
  });

  it('tells in two lines what to do where Redis is not installed', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const failure = startRedisServer();
    await expect(failure).rejects.toThrow(/not found on the PATH.*\nInstall it .*apt-get install redis-server/);
    vi.unstubAllEnvs();
  });

  it('ends with the process that started it, when that is killed', async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('redis-owner.mjs', import.meta.url))]);
    const port = Number((await once(createInterface(child.stdout), 'line'))[0]);
    const socket = await connected(port);
    const id = await runIdOf(socket);
    const closed = new Promise((resolve) => socket.once('close', resolve).on('error', () => undefined));
    child.kill('SIGKILL');
    await closed;
    // By its port alone it can't be told: another server may have that by now.
    const other = await connected(port)
      .then(runIdOf)
      .catch(() => 'nobody is there');
    expect([id, other]).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/), expect.not.stringMatching(id)]);
  });
});

/** Each start of a server has another. */
async function runIdOf(socket: Socket): Promise<string> {
  const text = await ask(socket, 'INFO server');
  return /run_id:([0-9a-f]+)/.exec(text)?.[1] ?? text;
}

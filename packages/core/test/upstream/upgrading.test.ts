import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OutboundAuthError } from '../../src/errors.ts';
import { upgrading } from '../../src/upstream/upgrading.ts';
import { problemsOf } from '../problems-of.ts';
import { connection } from './proxied.ts';

const head = Buffer.from('head');

function asking(url: string): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { url });
}

describe('E49 a connection that asks to become a WebSocket', () => {
  it.each([
    ['/', '/anything', true],
    ['/billing', '/billing', true],
    ['/billing', '/billing?room=1', true],
    ['/billing/', '/billing/socket', true],
    ['/billing', '/billings', false],
    ['/billing', '/', false],
    ['/billing', '/billing/../chat', false],
    ['/billing', 'http://evil.example/billing', false],
    ['/billing', '//evil.example/billing', false],
  ])('below %s: %s is its own: %s', async (path, url, own) => {
    const taken: unknown[] = [];
    const prepared: unknown[] = [];
    const prepare = (request: IncomingMessage): Promise<boolean> => {
      prepared.push(request.url);
      return Promise.resolve(true);
    };
    upgrading(prepare, (request) => taken.push(request.url), path)(asking(url), connection(), head);
    await Promise.resolve();
    expect([prepared, taken]).toEqual(own ? [[url], [url]] : [[], []]);
  });

  it('refuses a path that no request is below', () => {
    const prepare = (): Promise<boolean> => Promise.resolve(true);
    expect(problemsOf(() => upgrading(prepare, () => undefined, 'billing'))).toEqual([
      "upgrade(proxy, path): must begin with a slash, such as '/billing': no request is below it otherwise",
    ]);
  });

  it.each([
    [
      new OutboundAuthError('a secret', { code: 'token_endpoint_failed', retryAfter: 6.2 }),
      '503 Service Unavailable',
      '7',
    ],
    [new OutboundAuthError('a secret', { code: 'subject_token_missing' }), '401 Unauthorized', undefined],
    [new Error('a secret'), '500 Internal Server Error', undefined],
  ])('is refused by a status and nothing else: %s', async (error, status, retryAfter) => {
    const socket = connection();
    const ended = new Promise((resolve) => socket.once('end', resolve));
    const proxy = (): never => expect.fail('the proxy was asked');
    upgrading(() => Promise.reject(error), proxy)(asking('/'), socket, head);
    await ended;
    const [line, ...fields] = socket.said().split('\r\n');
    expect(line).toBe(`HTTP/1.1 ${status}`);
    expect(fields).toEqual([
      'connection: close',
      'content-length: 0',
      ...(retryAfter === undefined ? [] : [`retry-after: ${retryAfter}`]),
      '',
      '',
    ]);
  });

  it('may break at any time: while its token is awaited, and while the proxy isn’t through yet', async () => {
    const socket = connection();
    const taken = new Promise<void>((resolve) => {
      upgrading(
        () => Promise.resolve(true),
        () => {
          resolve();
        },
      )(asking('/'), socket, head);
    });
    await taken;
    socket.emit('error', new Error('ECONNRESET'));
    expect(socket.destroyed).toBe(true);
  });

  it('is told of where it is refused, with its request', async () => {
    const [error, request] = [new Error('no token'), asking('/socket')];
    const told = new Promise<unknown[]>((resolve) => {
      const tell = (...given: unknown[]): void => resolve(given);
      upgrading(
        () => Promise.reject(error),
        () => undefined,
        undefined,
        tell,
      )(request, connection(), head);
    });
    expect(await told).toEqual([error, request]);
  });

  it('is closed where the proxy throws, which is an exception of the process', async () => {
    const [error, socket] = [new Error('the proxy has no target'), connection()];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
    try {
      const proxy = (): never => {
        throw error;
      };
      upgrading(() => Promise.resolve(true), proxy)(asking('/'), socket, head);
      expect([await thrown, socket.destroyed]).toEqual([error, true]);
    } finally {
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  });
});

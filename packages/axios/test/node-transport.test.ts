import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { nodeTransport } from '../src/node-transport.ts';

/** The port of a server on loopback that answers like this. */
async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

describe('a transport with a time limit', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
  });

  it('says that the time is over, and no sooner', async () => {
    const port = await listen(() => undefined);
    const over = vi.fn();
    const request = nodeTransport(1_000).request({ host: '127.0.0.1', port }, () => undefined);
    request.on('timeout', over).on('error', () => undefined);
    vi.advanceTimersByTime(999);
    expect(over).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(over).toHaveBeenCalledOnce();
    request.destroy();
  });

  it('ends its time with the response, however long the body takes', async () => {
    const port = await listen((_request, response) => response.write('the first of much'));
    const answered = vi.fn();
    const request = nodeTransport(1_000).request({ host: '127.0.0.1', port }, answered);
    request.on('error', () => undefined).end();
    await once(request, 'response');
    expect(answered).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
    request.destroy();
  });

  it('ends its time with a connection that breaks', async () => {
    const port = await listen(({ socket }) => socket.destroy());
    const request = nodeTransport(1_000).request({ host: '127.0.0.1', port }, () => undefined);
    request.on('error', () => undefined).end();
    await new Promise((resolve) => request.once('close', resolve));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('speaks TLS where the options say so', async () => {
    const port = await listen(() => undefined);
    const request = nodeTransport(1_000).request({ protocol: 'https:', host: '127.0.0.1', port }, () => undefined);
    const [error] = await once(request.end(), 'error').catch((reason: unknown) => [reason]);
    expect(String(error)).toMatch(/SSL|TLS/i);
  });
});

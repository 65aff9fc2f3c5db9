import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builds, http as newest } from './builds.ts';
import { failureOf, type Scene, startScene } from './scene.ts';
import { textWith } from './text-with.ts';

/** Posts a stream while the token is awaited; gives the failure. */
async function postAwaiting({ api, http, server }: Scene, data: Readable, fail: () => unknown): Promise<unknown> {
  const held = server.hold();
  onTestFinished(() => held.release());
  const failed = failureOf(http.request({ url: `${api.origin}/v2/invoices`, method: 'post', data }));
  await server.waitForRequests(1);
  fail();
  return failed;
}

function closing(stream: Readable): Promise<unknown> {
  return new Promise((resolve) => stream.once('close', resolve));
}

describe.each(builds)('the body’s stream, while the token is awaited, $name,', (build) => {
  it('errors, and so does the call', async () => {
    const scene = await startScene(build);
    const data = createReadStream('/nowhere/at/all');
    const error = await postAwaiting(scene, data, () => undefined);
    expect(error).toSatisfy(build.isAxiosError);
    expect(error).toMatchObject({
      code: 'ENOENT',
      message: textWith('no such file'),
      config: { data },
      cause: { code: 'ENOENT' },
    });
    expect(scene.api.requests).toHaveLength(0);
  });

  it('closes, and the call is given up', async () => {
    const scene = await startScene(build);
    const data = new PassThrough();
    const error = await postAwaiting(scene, data, () => data.destroy());
    expect(error).toSatisfy(build.isCancel);
    expect(error).toMatchObject({ message: 'Request stream has been aborted', code: 'ERR_CANCELED' });
    expect(scene.api.requests).toHaveLength(0);
  });

  it('is aborted by whoever sends it, and so is the call', async () => {
    const scene = await startScene(build);
    const gateway = createServer();
    onTestFinished(() => void gateway.close());
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    const requested = new Promise<IncomingMessage>((resolve) => gateway.once('request', resolve));
    const address = gateway.address();
    if (typeof address !== 'object' || address === null) throw new Error('the gateway has no port');
    const sender = request({ host: '127.0.0.1', port: address.port, method: 'post' }).on('error', () => undefined);
    sender.write('the first of much');
    const incoming = await requested;
    const error = await postAwaiting(scene, incoming, () => sender.destroy());
    expect(error).toMatchObject({ message: 'aborted', code: 'ECONNRESET' });
    expect(scene.api.requests).toHaveLength(0);
  });

  it('has ended too early before the call, which is not sent', async () => {
    const { api, http } = await startScene(build);
    const url = `${api.origin}/v2/invoices`;
    const closed = new PassThrough().destroy();
    const failed = new PassThrough().on('error', () => undefined).destroy(new Error('it broke'));
    await Promise.all([closed, failed].map(closing));
    expect(await failureOf(http.request({ url, method: 'post', data: closed }))).toSatisfy(build.isCancel);
    expect(await failureOf(http.request({ url, method: 'post', data: failed }))).toMatchObject({ message: 'it broke' });
    expect(api.requests).toHaveLength(0);
  });

  it('troubles nobody with an error that comes later than that of the token', async () => {
    const { api, http, server } = await startScene(build);
    server.respondWith(() => ({ status: 400, body: { error: 'invalid_scope' } }));
    const data = new PassThrough();
    const error = await failureOf(http.request({ url: `${api.origin}/v2/invoices`, method: 'post', data }));
    expect(error).toMatchObject({ code: 'token_request_refused' });
    data.destroy(new Error('later'));
    await closing(data);
  });
});

it('a stream that is sent is left to Axios alone', async () => {
  const { api, http } = await startScene(newest);
  const data = new PassThrough();
  const listeners: unknown[] = [];
  const adapter = async (config: object): Promise<object> => {
    listeners.push(...['error', 'close'].map((name) => data.listenerCount(name)));
    return { status: 204, headers: {}, config };
  };
  await http.request({ url: `${api.origin}/v2/invoices`, method: 'post', data, adapter });
  expect(listeners).toEqual(['error', 'close'].map((name) => new PassThrough().listenerCount(name)));
});

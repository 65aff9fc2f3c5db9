import FormDataPackage from 'form-data';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { builds, type Config, http as build } from './builds.ts';
import { failureOf, type Scene, startScene } from './scene.ts';

/** Sends a body to an API that refuses the first token. */
async function sendToRefusing(scene: Scene, config: Config): Promise<void> {
  const url = `${scene.api.origin}/v2/invoices`;
  await scene.http.request({ url });
  scene.server.revokeAll();
  await scene.http.request({ url, method: 'post', validateStatus: () => true, ...config });
}

function form(): FormData {
  const data = new FormData();
  data.set('field', 'Zoë');
  data.set('file', new Blob(['content']), 'file.txt');
  return data;
}

describe.each(builds)('E18 $name sends again after a 401, byte for byte,', (build) => {
  it.each<[string, () => unknown, string]>([
    ['text', () => 'Zoë', 'Zoë'],
    ['an object, as JSON', () => ({ name: 'Zoë' }), '{"name":"Zoë"}'],
    ['a form', () => new URLSearchParams({ name: 'Zoë' }), 'name=Zo%C3%AB'],
    ['a Buffer', () => Buffer.from('Zoë'), 'Zoë'],
    ['an ArrayBuffer', () => new TextEncoder().encode('Zoë').buffer, 'Zoë'],
    ['a Blob', () => new Blob(['Zoë']), 'Zoë'],
  ])('%s', async (_what, data, expected) => {
    const scene = await startScene(build);
    await sendToRefusing(scene, { data: data() });
    expect(scene.api.requests.map(({ body }) => body)).toEqual(['', expected, expected]);
    expect(scene.api.requests[2]?.headers['content-type']).toBe(scene.api.requests[1]?.headers['content-type']);
  });

  it('a FormData', async () => {
    const scene = await startScene(build);
    await sendToRefusing(scene, { data: form() });
    const [, ...sent] = scene.api.requests;
    // Each with a boundary of its own.
    const parts = sent.map(({ body }) => body.replaceAll(/^--.*\r\n/gm, ''));
    expect(parts[0]).toMatch(/name="field"[^]*Zoë[^]*filename="file.txt"[^]*content/);
    expect(parts[1]).toBe(parts[0]);
  });
});

describe.each(builds)('E18 $name sends only once', (build) => {
  const once: [string, () => unknown][] = [
    ['a stream', () => Readable.from([Buffer.from('only '), Buffer.from('once')])],
    // Axios' fetch adapter sends the text "[object FormData]" for it.
    ...(build.name.endsWith('http')
      ? [['the object of form-data', packageForm] satisfies [string, () => unknown]]
      : []),
  ];
  it.each(once)('%s', async (_what, data) => {
    const scene = await startScene(build);
    await sendToRefusing(scene, { data: data() });
    expect(scene.api.requests).toHaveLength(2);
    expect(scene.api.requests[1]?.body).toContain('only once');
    expect(scene.events.at(-1)).toMatchObject({ reason: 'body_cannot_be_sent_again' });
    expect((await scene.http.request({ url: `${scene.api.origin}/v2/invoices` })).status).toBe(200);
  });
});

function packageForm(): FormDataPackage {
  const data = new FormDataPackage();
  data.append('field', 'only once');
  return data;
}

describe.each(builds)('a response of $name', (build) => {
  it('is judged by the caller’s validateStatus alone', async () => {
    const { api, http } = await startScene(build);
    const url = `${api.origin}/v2/invoices`;
    api.respondWith(() => ({ status: 404, body: { reason: 'gone' } }));
    const refused = await failureOf(http.request({ url }));
    expect(refused).toSatisfy(build.isAxiosError);
    expect(refused).toMatchObject({
      message: 'Request failed with status code 404',
      code: 'ERR_BAD_REQUEST',
      response: { status: 404, data: { reason: 'gone' } },
    });
    for (const validateStatus of [null, undefined, (status: number) => status === 404]) {
      expect((await http.request({ url, validateStatus })).data).toEqual({ reason: 'gone' });
    }
    api.respondWith(() => ({ status: 200 }));
    await expect(http.request({ url, validateStatus: () => false })).rejects.toMatchObject({
      response: { status: 200 },
    });
  });

  it('can be a stream, also after a 401, whose own is let go', async () => {
    const scene = await startScene(build, { responseType: 'stream' });
    const refused: unknown[] = [];
    scene.api.respondOnce({ status: 401, body: 'x'.repeat(1_000_000) });
    const { status, data } = await scene.http.request({
      url: `${scene.api.origin}/v2/invoices`,
      validateStatus: (code: number) => {
        refused.push(code);
        return code < 300;
      },
    });
    expect([refused, status]).toEqual([[401, 200], 200]);
    expect(JSON.parse(await readAll(data))).toMatchObject({ path: '/v2/invoices' });
  });

  it('that is a stream breaks off with an error, which troubles nobody who does not listen', async () => {
    const { api, http } = await startScene(build, { responseType: 'stream' });
    api.respondWith(() => ({ status: 200, body: 'x'.repeat(1_000), fault: 'truncate' }));
    const [heard, unheard] = await Promise.all([1, 2].map(() => http.request({ url: `${api.origin}/v2/invoices` })));
    await expect(readAll(heard?.data)).rejects.toThrow();
    const { data } = unheard ?? {};
    if (data instanceof Readable) await new Promise((resolve) => data.resume().once('close', resolve));
  });

  it('that is a stream can be given up half-way', async () => {
    const { api, http } = await startScene(build, { responseType: 'stream' });
    api.respondWith(() => ({ status: 200, body: 'x'.repeat(10_000_000) }));
    const { data } = await http.request({ url: `${api.origin}/v2/invoices` });
    if (data instanceof Readable) data.destroy();
    else if (data instanceof ReadableStream) await data.cancel();
    else throw new Error('it is no stream');
  });
});

async function readAll(data: unknown): Promise<string> {
  if (data instanceof Readable || data instanceof ReadableStream) return text(data);
  throw new Error('it is no stream');
}

describe('E19 the body of a 401 that nobody reads', () => {
  /** An adapter that answers 401 with this body, and then 204. */
  function refusingOnce(data: unknown): (config: object) => Promise<object> {
    const statuses = [401, 204];
    return async (config) => {
      const status = statuses.shift();
      return { status, data: status === 401 ? data : undefined, headers: {}, config };
    };
  }

  it('is destroyed where it is a stream of Node', async () => {
    const { api, http } = await startScene(build);
    const data = new Readable({ read: () => undefined });
    await http.request({ url: `${api.origin}/v2/invoices`, adapter: refusingOnce(data) });
    await vi.waitFor(() => expect(data.destroyed).toBe(true));
  });

  it('is cancelled where it is a stream of the web', async () => {
    const { api, http } = await startScene(build);
    const cancel = vi.fn();
    const data = new ReadableStream({ cancel });
    await http.request({ url: `${api.origin}/v2/invoices`, adapter: refusingOnce(data) });
    expect(cancel).toHaveBeenCalledOnce();
  });
});

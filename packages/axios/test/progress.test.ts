import { describe, expect, it } from 'vitest';
import { type Build, builds, type Config } from './builds.ts';
import { startScene } from './scene.ts';

interface Progress {
  readonly loaded: number;
  readonly total?: number | undefined;
}

const size = 300_000;

/** Sends a body and reads one of the same size, with a token that is refused first if `isRefused`. */
async function progressOf(build: Build, isAttached: boolean, isRefused = false): Promise<Record<string, Progress[]>> {
  const upload: Progress[] = [];
  const download: Progress[] = [];
  const { api, http, detach, server } = await startScene(build, { responseType: 'arraybuffer' });
  const url = `${api.origin}/v2/invoices`;
  await http.request({ url });
  if (isRefused) server.revokeAll();
  else api.respondWith(() => ({ status: 200, body: 'x'.repeat(size) }));
  if (!isAttached) detach();
  const heard: Config = {
    onUploadProgress: ({ loaded, total }: Progress) => upload.push({ loaded, total }),
    onDownloadProgress: ({ loaded, total }: Progress) => download.push({ loaded, total }),
  };
  await http.request({ url, method: 'post', data: Buffer.alloc(size, 'y'), ...heard });
  return { upload, download };
}

describe.each(builds)('progress events of $name', (build) => {
  it('tell the same as without a token', async () => {
    const [withToken, without] = [await progressOf(build, true), await progressOf(build, false)];
    expect(withToken['upload']?.at(-1)).toEqual(without['upload']?.at(-1));
    expect(withToken['download']?.at(-1)).toEqual(without['download']?.at(-1));
    expect(withToken['download']?.at(-1)).toMatchObject({ loaded: size, total: size });
  });

  it('tell of the upload that counted in the end, where a token was refused', async () => {
    const { upload = [] } = await progressOf(build, true, true);
    expect(upload.at(-1)).toMatchObject({ loaded: size });
  });
});

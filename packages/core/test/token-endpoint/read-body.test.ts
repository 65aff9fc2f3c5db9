import { describe, expect, it } from 'vitest';
import { readBody } from '../../src/token-endpoint/read-body.ts';

function streamed(...chunks: readonly (Uint8Array | string)[]): { response: Response; cancelled: () => boolean } {
  let cancelled = false;
  const left = [...chunks];
  const stream = new ReadableStream({
    pull: (controller) => {
      const chunk = left.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: () => {
      cancelled = true;
    },
  });
  return { response: new Response(stream), cancelled: () => cancelled };
}

describe('a body', () => {
  it('is text, also where a letter lies in two chunks', async () => {
    const bytes = Buffer.from('\ufeffGrüße 🗼');
    const { response } = streamed(...Array.from(bytes, (byte) => Uint8Array.of(byte)));
    expect(await readBody(response)).toBe('Grüße 🗼');
  });

  it('that is not there is an empty text', async () => {
    expect(await readBody(new Response(null))).toBe('');
    expect(await readBody(new Response(''))).toBe('');
  });

  it('that ends within a letter says so', async () => {
    expect(await readBody(streamed(Buffer.from('a🗼').subarray(0, 3)).response)).toBe('a\ufffd');
  });

  it('of 1 MiB is read, and of one byte more given up', async () => {
    const mebibyte = Buffer.alloc(1_048_576, 'x');
    expect(await readBody(streamed(mebibyte).response)).toHaveLength(1_048_576);
    const more = streamed(mebibyte, Buffer.from('y'), Buffer.from('z'));
    expect(await readBody(more.response)).toBeUndefined();
    expect(more.cancelled()).toBe(true);
  });

  it('of something else than bytes is an error', async () => {
    await expect(readBody(streamed('text').response)).rejects.toThrow('its answer holds something else than bytes');
  });
});

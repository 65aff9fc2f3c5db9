import { gzipSync } from 'node:zlib';
import type { ScriptedAnswer } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { member } from '../src/member.ts';
import { builds } from './builds.ts';
import { failureOf, startScene } from './scene.ts';

const gzip = { 'content-encoding': 'gzip', 'content-type': 'text/plain' };
const cases: [string, ScriptedAnswer, object][] = [
  ['cut off', { status: 200, body: 'x'.repeat(1_000), fault: 'truncate' }, {}],
  ['cut off while its progress is watched', { status: 200, body: 'x'.repeat(1_000), fault: 'truncate' }, watched()],
  ['compressed and cut off', { headers: gzip, body: gzipSync('x'.repeat(9_999)), fault: 'truncate' }, {}],
  ['not compressed as it says', { headers: gzip, body: 'no gzip at all' }, {}],
  ['refused and not compressed as it says', { status: 500, headers: gzip, body: 'no gzip at all' }, {}],
];

function watched(): object {
  return { onDownloadProgress: () => undefined };
}

describe.each(builds)('an answer that is broken, $name,', (build) => {
  it.each(cases)('%s, ends the call as it does without us', async (_how, answer, config) => {
    const { api, http, detach } = await startScene(build);
    api.respondWith(() => answer);
    const call = { url: `${api.origin}/v2/invoices`, ...config };
    const attached = await failureOf(http.request(call));
    detach();
    const detached = await failureOf(http.request(call));
    expect(attached).toSatisfy(build.isAxiosError);
    expect(codes(attached)).toEqual(codes(detached));
  });

  it('breaks off with an error where it is read as a stream', async () => {
    const { api, http } = await startScene(build, { responseType: 'stream' });
    api.respondWith(() => ({ headers: gzip, body: 'no gzip at all' }));
    const read = async (): Promise<void> => {
      const { data } = await http.request({ url: `${api.origin}/v2/invoices` });
      if (!isIterable(data)) throw new Error('it is no stream');
      for await (const chunk of data) expect(chunk).toBeUndefined();
    };
    await expect(read()).rejects.toThrow(/header|decompress|terminated/i);
  });
});

function codes(error: unknown): unknown[] {
  return [String(error), member(error, 'code'), member(member(error, 'cause'), 'code')];
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

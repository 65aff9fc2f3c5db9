import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { isReplayable } from '../../src/outgoing/replayable-body.ts';

it.each([
  ['no body', undefined],
  ['null', null],
  ['text', 'text'],
  ['a form', new URLSearchParams({ a: 'b' })],
  ['bytes', new Uint8Array(2)],
  ['a Buffer', Buffer.from('x')],
  ['an ArrayBuffer', new ArrayBuffer(2)],
  ['a Blob', new Blob(['x'])],
  ['FormData', new FormData()],
])('E18 %s can be sent again', (_what, body) => {
  expect(isReplayable(body)).toBe(true);
});

it.each([
  ['a web stream', new ReadableStream()],
  ['a Node stream', Readable.from(['x'])],
  [
    'an async iterator',
    (async function* () {
      yield await Promise.resolve(1);
    })(),
  ],
  ['anything unknown', { append: () => undefined }],
])('E18 %s cannot', (_what, body) => {
  expect(isReplayable(body)).toBe(false);
});

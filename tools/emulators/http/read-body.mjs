import { Refusal } from './refusal.mjs';

const limit = 64 * 1024;

/**
 * The body's bytes. What is beyond the limit is read and dropped, so that the client gets to see the answer.
 *
 * @throws {Refusal} 413 for more than 64 KiB
 */
export async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) {
    throw new Refusal(413, 'invalid_request', 'The body is too large.', { headers: { connection: 'close' } });
  }
  return Buffer.concat(chunks);
}

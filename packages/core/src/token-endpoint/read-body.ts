import { isUint8Array } from 'node:util/types';

const limit = 1_048_576;

/** A response's body as text; undefined if it is longer than 1 MiB, more than any token response or metadata holds. */
export async function readBody(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body) {
    if (!isUint8Array(chunk)) throw new TypeError('its answer holds something else than bytes');
    size += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the connection.
    if (size > limit) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

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

/** The members of a JSON object, or undefined if the text is anything else. */
export function parseJsonObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value));
  } catch {
    // Not JSON: an HTML page, a proxy's words. Whoever asked says what was expected.
    return undefined;
  }
}

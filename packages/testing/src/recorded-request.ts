import type { IncomingMessage } from 'node:http';

/** A request as it arrived on the wire. */
export interface RecordedRequest {
  /** In upper case: `POST`. */
  readonly method: string;
  /** Path and query as they were sent: `/v2/invoices?page=2`. */
  readonly path: string;
  /** By lower-case name. A header that came more than once is joined by `, `, so a doubled `authorization` shows. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text (UTF-8); empty without one. */
  readonly body: string;
  /** The body as it was sent. */
  readonly bytes: Uint8Array;
  /** Members of a form or of a flat JSON object; empty for every other body. */
  readonly parameters: URLSearchParams;
}

/** Reads a request to its end; rejects when the peer goes away in the middle. */
export async function recordRequest(message: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) {
    if (chunk instanceof Uint8Array) chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const body = bytes.toString('utf8');
  // headersDistinct, for `headers` silently keeps only the first of two Authorization headers.
  const headers = Object.fromEntries(
    Object.entries(message.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
  );
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers,
    body,
    bytes,
    parameters: readParameters(headers['content-type'] ?? '', body),
  };
}

function readParameters(contentType: string, body: string): URLSearchParams {
  if (contentType.startsWith('application/x-www-form-urlencoded')) return new URLSearchParams(body);
  const parameters = new URLSearchParams();
  if (!contentType.startsWith('application/json')) return parameters;
  for (const [name, value] of Object.entries(parseObject(body))) {
    if (typeof value === 'string') parameters.append(name, value);
  }
  return parameters;
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

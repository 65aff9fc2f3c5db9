import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A call to the application, byte for byte as it is written here. */
export interface ProxiedCall {
  /** Default `GET`, with a body `POST`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent in chunks, as it comes. */
  readonly body?: string | Iterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** What came back. */
export interface ProxiedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
}

/** Calls without changing anything: `fetch` would normalise the path and refuse some headers. */
export async function callProxy(
  origin: string,
  path: string,
  { body, method = body === undefined ? 'GET' : 'POST', headers, signal }: ProxiedCall = {},
): Promise<ProxiedAnswer> {
  const sent = request(origin, { method, path, headers: writable(headers), agent: false, ...(signal && { signal }) });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  if (headers?.['expect'] !== undefined) {
    sent.flushHeaders();
    await Promise.race([once(sent, 'continue'), answered]);
  }
  const upload = pipeline(Readable.from(typeof body === 'object' ? body : [body ?? []].flat()), sent);
  // Where the answer comes before the whole upload was read, the rest is of no use.
  upload.catch(() => undefined);
  const response = await answered;
  const bytes = await buffer(response);
  return { status: response.statusCode ?? 0, headers: response.headers, body: bytes.toString(), bytes };
}

function writable(headers: ProxiedCall['headers'] = {}): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

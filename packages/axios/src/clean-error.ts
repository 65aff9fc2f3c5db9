import { PassThrough, pipeline, Readable } from 'node:stream';
import { isObject, member, type Members } from './member.ts';

/** What a request's answer is cleaned with. */
export interface Cleaning {
  /** The caller's own config, to stand for the one that was sent. */
  readonly config: object;
  /** Where the request went at first. */
  readonly url: string;
  /** Whether a request stays hidden: its agent leads to others, of other calls too, with what they carry. */
  readonly isHidden: boolean;
  /** The values of the headers that were attached. */
  readonly attached: readonly string[];
}

/** Takes the attached headers out of an error of Axios and its causes, and gives it its caller's config. */
export function cleanError(error: unknown, cleaning: Cleaning, depth = 0): void {
  if (!isObject(error) || depth > 8) return;
  cleanResponse(error, cleaning);
  cleanResponse(member(error, 'response'), cleaning);
  for (const name of ['message', 'stack']) {
    const text = member(error, name);
    const clean = typeof text === 'string' ? redact(text, cleaning.attached) : text;
    // Mocks tell the headers of a request that they didn't expect.
    if (clean !== text) Reflect.set(error, name, clean);
  }
  cleanError(member(error, 'cause'), cleaning, depth + 1);
}

/** The same for a response. */
export function cleanResponse(response: unknown, cleaning: Cleaning): void {
  const { config, isHidden } = cleaning;
  if (!isObject(response)) return;
  if ('config' in response) Reflect.set(response, 'config', config);
  if (!isHidden) return;
  const request = member(response, 'request');
  if (isObject(request)) Reflect.set(response, 'request', facade(request, cleaning.url));
  const data = member(response, 'data');
  if (data instanceof Readable) Reflect.set(response, 'data', detached(data, cleaning));
}

/** Of a request, what callers look at; the request itself holds the headers that it was sent with. */
function facade(request: Members, sentTo: string): object {
  // An error comes with the request of follow-redirects, around that of Node.
  const native = isObject(request['_currentRequest']) ? request['_currentRequest'] : request;
  const { method, url, protocol, host, path, res } = native;
  if (url !== undefined) return { method, url };
  if (!isObject(res)) return { method, protocol, host, path };
  const { statusCode, statusMessage, responseUrl = sentTo } = res;
  return { method, protocol, host, path, res: { responseUrl, statusCode, statusMessage } };
}

/** The same stream without its `req`. */
function detached(stream: Readable, cleaning: Cleaning): Readable {
  // An abort while it is read comes as an error of Axios, with the request that was sent.
  stream.once('error', (error) => {
    cleanError(error, cleaning);
  });
  return pipeline(stream, new PassThrough(), () => undefined);
}

function redact(text: string, attached: readonly string[]): string {
  // With its scheme and without. Shorter texts stand in ordinary words.
  const secrets = attached.flatMap((value) => [value, value.slice(value.indexOf(' ') + 1)]);
  return secrets.reduce((clean, secret) => (secret.length < 4 ? clean : clean.replaceAll(secret, '[redacted]')), text);
}

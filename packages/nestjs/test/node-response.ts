import type { ServerResponse } from 'node:http';

/** What a handler gets: Fastify's has Node's own within it, and must be told that somebody else writes there. */
export type NestResponse = ServerResponse | { readonly raw: ServerResponse; hijack(): void };

/** Node's own, to be written to. */
export function nodeResponseOf(response: NestResponse): ServerResponse {
  if (!('raw' in response)) return response;
  response.hijack();
  return response.raw;
}

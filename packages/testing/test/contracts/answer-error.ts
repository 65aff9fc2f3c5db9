import type { ServerResponse } from 'node:http';

/** What a framework does with an error that nobody else handles: it logs it, and answers by its status and headers. */
export function answerError(error: unknown, response: ServerResponse): void {
  console.error(error);
  if (response.headersSent) response.destroy();
  else response.writeHead(statusOf(error), headersOf(error)).end('no');
}

export function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error ? Number(error.status) : 500;
}

export function headersOf(error: unknown): Record<string, string> {
  const headers = error instanceof Error && 'headers' in error ? error.headers : undefined;
  return typeof headers === 'object' && headers !== null ? { ...headers } : {};
}

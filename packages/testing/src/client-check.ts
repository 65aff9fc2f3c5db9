import type { RecordedRequest } from './recorded-request.ts';

/** Who a token request says it comes from. */
export interface PresentedClient {
  readonly clientId: string;
  /** Absent for a client that only names itself. */
  readonly clientSecret?: string;
  readonly method: 'basic' | 'post';
}

/** Reads the client from HTTP Basic, else from the body. */
export function presentedClient(request: RecordedRequest): PresentedClient {
  const [, basic] = /^Basic +(.+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
  if (basic === undefined) {
    const clientSecret = request.parameters.get('client_secret');
    const clientId = request.parameters.get('client_id') ?? '';
    return clientSecret === null ? { clientId, method: 'post' } : { clientId, clientSecret, method: 'post' };
  }
  const pair = Buffer.from(basic, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon === -1) return { clientId: formDecoded(pair), method: 'basic' };
  return {
    clientId: formDecoded(pair.slice(0, colon)),
    clientSecret: formDecoded(pair.slice(colon + 1)),
    method: 'basic',
  };
}

/** Both halves of HTTP Basic are form-encoded before Base64 (RFC 6749 §2.3.1). */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

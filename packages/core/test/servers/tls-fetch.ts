import { request } from 'node:https';
import type { SecureContextOptions } from 'node:tls';

/** What a connection trusts (`ca`), and shows of itself (`cert` and `key`, or `pfx` and `passphrase`). */
export type TlsIdentity = Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'pfx' | 'passphrase'>;

/** A `fetch` over `node:https`, for the built-in one takes neither a CA nor a client certificate. No redirects. */
export function tlsFetch(identity: TlsIdentity): typeof fetch {
  return async (input, init) => {
    const asked = new Request(input, init);
    const { url, method, headers } = asked;
    const body = Buffer.from(await asked.arrayBuffer());
    return new Promise<Response>((resolve, reject) => {
      // A connection of its own each time: a shared one could carry the certificate of another test.
      const options = { ...identity, method, headers: Object.fromEntries(headers), agent: false };
      request(url, options, (message) => {
        const chunks: Uint8Array[] = [];
        message.on('data', (chunk: Uint8Array) => chunks.push(chunk));
        message.once('error', reject).once('end', () => {
          const answer = new Headers();
          for (const [name, values] of Object.entries(message.headersDistinct)) {
            for (const value of values ?? []) answer.append(name, value);
          }
          const status = message.statusCode ?? 0;
          const empty = chunks.length === 0 || status === 204;
          resolve(new Response(empty ? null : Buffer.concat(chunks), { status, headers: answer }));
        });
      })
        .once('error', reject)
        .end(body);
    });
  };
}

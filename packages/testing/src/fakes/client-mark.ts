import type { Hop } from '@outbound-auth/core';

/** A header that tells, on its way through core, which client attaches; it is taken off before anything is sent. */
const header = 'x-outbound-auth-fake-client';

/** What a client attaches to be known by. */
export function markOf(client: string): Readonly<Record<string, string>> {
  return { [header]: encodeURIComponent(client) };
}

/** Takes the mark off headers. */
export function takeMark(headers: Headers): string | undefined {
  const mark = headers.get(header);
  headers.delete(header);
  return mark === null ? undefined : decodeURIComponent(mark);
}

/** One hop without its mark, and whose it was. */
export function unmarked(hop: Hop): { readonly client: string | undefined; readonly hop: Hop } {
  const { [header]: mark, ...attached } = hop.attached;
  const { url, method, body, removed, confidential, certificate } = hop;
  return {
    client: mark === undefined ? undefined : decodeURIComponent(mark),
    hop: {
      url,
      method,
      body,
      removed,
      attached,
      confidential: confidential.filter((name) => name !== header),
      certificate,
      mayAttach: (to) => hop.mayAttach(to),
      hasLeft: () => hop.hasLeft(),
    },
  };
}

import { isNativeError } from 'node:util/types';

const shortest = 4;

/** The secrets of one token request, and the text that is safe to show once they are taken out of it. */
export class Secrets {
  readonly #values = new Set<string>();

  /** Takes note of a secret, in each form in which a server may echo it. */
  add(secret: string): void {
    // A shorter text than this stands in ordinary words and would make messages unreadable.
    if (secret.length < shortest) return;
    this.#values.add(secret);
    this.#values.add(encodeURIComponent(secret));
    this.#values.add(JSON.stringify(secret).slice(1, -1));
    this.#values.add(Buffer.from(secret).toString('base64'));
  }

  redact(text: string): string {
    let clean = text;
    // The longest first: a secret may be part of another.
    for (const value of [...this.#values].sort((a, b) => b.length - a.length)) {
      clean = clean.replaceAll(value, '[redacted]');
    }
    return clean;
  }

  /** A copy of an error that holds its name, message, code and causes, and nothing that a stranger put into it. */
  cleanError(error: unknown, depth = 0): Error | undefined {
    // Not `instanceof`: in Jest, and across realms, an error is born of another `Error`.
    if (!isNativeError(error) || depth > 4) return undefined;
    const inner: unknown =
      error.cause ?? ('errors' in error && Array.isArray(error.errors) ? error.errors[0] : undefined);
    const clean = new Error(this.redact(error.message), { cause: this.cleanError(inner, depth + 1) });
    const code = errorCode(error);
    clean.name = error.name;
    return code === undefined ? clean : Object.assign(clean, { code });
  }
}

function errorCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The first system code (`ECONNREFUSED`, …) in a chain of causes, for a message. */
export function systemCode(error: Error | undefined): string | undefined {
  for (let link: unknown = error; isNativeError(link); link = link.cause) {
    const code = errorCode(link);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** An address without user info, query and fragment, which may hold secrets. */
export function showUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

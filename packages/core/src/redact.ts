const shortest = 4;

/** The secrets of one token request, and the text that is safe to show once they are taken out of it. */
export class Secrets {
  readonly #values = new Set<string>();

  /** Takes note of a secret. */
  add(secret: string): void {
    // A shorter text than this stands in ordinary words and would make messages unreadable.
    if (secret.length < shortest) return;
    const bytes = Buffer.from(secret);
    for (const value of [secret, unpadded(bytes.toString('base64')), bytes.toString('base64url')]) {
      this.#values.add(value);
    }
  }

  /** Takes the secrets out of a text, however the server that echoes them has escaped them. */
  redact(text: string): string {
    if (this.#values.size === 0) return text;
    // The longest first: a secret may be part of another.
    const values = [...this.#values].sort((a, b) => b.length - a.length);
    return text.replace(new RegExp(values.map((value) => anyForm(value)).join('|'), 'giu'), '[redacted]');
  }

  /** A copy of an error that holds its name, message, code and causes, and nothing that a stranger put into it. */
  cleanError(error: unknown, depth = 0): Error | undefined {
    if (depth > 4 || !isErrorLike(error)) return undefined;
    const cause = this.cleanError(causeOf(error), depth + 1);
    const clean = new Error(this.redact(error.message), cause === undefined ? undefined : { cause });
    if (typeof error.name === 'string') clean.name = this.redact(error.name);
    const code = errorCode(error);
    return code === undefined ? clean : Object.assign(clean, { code });
  }
}

/** A pattern for a text as it is, and escaped for a URL, a form, JSON or HTML: wholly, in part, in either case. */
function anyForm(text: string): string {
  return Array.from(text, (character) => {
    const point = character.codePointAt(0) ?? 0;
    const forms = [
      character,
      Buffer.from(character).toString('hex').replace(/../g, '%$&'),
      JSON.stringify(character).slice(1, -1),
      `\\${character}`,
      Array.from({ length: character.length }, (_, unit) => jsonEscape(character, unit)).join(''),
      `&#${point};`,
      `&#x${point.toString(16)};`,
      ...(named.get(character) ?? []),
    ];
    return `(?:${[...new Set(forms)].map((form) => literal(form)).join('|')})`;
  }).join('');
}

const named: ReadonlyMap<string, readonly string[]> = new Map([
  [' ', ['+']],
  ['&', ['&amp;']],
  ['<', ['&lt;']],
  ['>', ['&gt;']],
  ['"', ['&quot;']],
  ["'", ['&apos;', '&#039;']],
]);

function jsonEscape(character: string, unit: number): string {
  return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
}

function literal(text: string): string {
  return Array.from(text, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`).join('');
}

function unpadded(base64: string): string {
  return base64.replace(/=+$/, '');
}

interface ErrorLike {
  readonly message: string;
  readonly name?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly code?: unknown;
}

// By its shape: in Jest, and across realms, an error is born of another `Error`, and a DOMException of none.
function isErrorLike(error: unknown): error is ErrorLike {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}

function causeOf({ cause, errors }: ErrorLike): unknown {
  return cause ?? (Array.isArray(errors) ? errors[0] : undefined);
}

function errorCode({ code }: ErrorLike): string | undefined {
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined;
}

/** The first system code (`ECONNREFUSED`, …) in a chain of causes, for a message. */
export function systemCode(error: Error | undefined): string | undefined {
  for (let link: unknown = error; isErrorLike(link); link = link.cause) {
    const code = errorCode(link);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** What an error says of itself, for a message. */
export function reasonOf(error: Error | undefined): string {
  return error === undefined || error.message === '' ? 'no reason given' : error.message;
}

/** An address without user info, query and fragment, which may hold secrets. */
export function showUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

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

  /** Takes the secrets out of a text, however the server that echoes them has escaped them, and cuts what is left. */
  redact(text: string, limit?: number): string {
    const most = limit ?? Infinity;
    const values = Array.from(this.#values, writtenForms);
    const searched = lowerCased(text);
    let clean = '';
    let kept = 0;
    let at = 0;
    // Not read beyond the cut, for a text may be as long as its server likes.
    while (at < text.length && clean.length + at - kept < most) {
      // The longest goes: a secret may be part of another.
      const end = Math.max(...values.map((value) => endOf(value, searched, at)));
      if (end > at) {
        clean += `${text.slice(kept, at)}[redacted]`;
        kept = end;
      }
      at = Math.max(end, at + 1);
    }
    return (clean + text.slice(kept, at)).slice(0, most);
  }

  /** A copy of an error that holds its name, message, code and causes, and nothing that a stranger put into it. */
  cleanError(error: unknown, depth = 0): Error | undefined {
    if (depth > 4 || !isErrorLike(error)) return undefined;
    const cause = this.cleanError(causeOf(error), depth + 1);
    const clean = new Error(this.redact(withoutQuotedJson(error.message)), cause === undefined ? undefined : { cause });
    if (typeof error.name === 'string') clean.name = this.redact(error.name);
    const code = errorCode(error);
    return code === undefined ? clean : Object.assign(clean, { code });
  }
}

// V8 quotes the text that is no JSON, which was perhaps a secret to be parsed.
function withoutQuotedJson(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, ' in what should be JSON');
}

/** For each character of a text, the ways to write it. */
type WrittenForms = readonly (readonly string[])[];

/** A text as it is, and escaped for a URL, a form, JSON or HTML: wholly or in part, hexadecimal digits in either case. */
function writtenForms(text: string): WrittenForms {
  return Array.from(text, (character) =>
    [
      character,
      Buffer.from(character).toString('hex').replace(/../g, '%$&'),
      JSON.stringify(character).slice(1, -1),
      `\\${character}`,
      Array.from({ length: character.length }, (_, unit) => jsonEscape(character, unit)).join(''),
      `&#${character.codePointAt(0)};`,
      `&#x${character.codePointAt(0)?.toString(16)};`,
      ...(namedForms.get(character) ?? []),
    ].map(lowerCased),
  );
}

const namedForms: ReadonlyMap<string, readonly string[]> = new Map([
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

/** Where a text in any of its forms ends that begins here; where it begins, if it doesn't. */
function endOf(forms: WrittenForms, searched: string, start: number): number {
  // All ends so far, for one form may begin like another (`%` and `%25`).
  let ends = new Set([start]);
  for (const ways of forms) {
    const next = new Set<number>();
    for (const end of ends) for (const way of ways) if (searched.startsWith(way, end)) next.add(end + way.length);
    if (next.size === 0) return start;
    ends = next;
  }
  return Math.max(...ends);
}

// ASCII alone, for other letters may become two and move those behind them.
function lowerCased(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
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

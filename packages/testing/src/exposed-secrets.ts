import { inspect } from 'node:util';

/**
 * Which of the secrets can be read out of a value: by its text, `util.inspect`, `JSON.stringify`, its own members (hidden
 * ones and those of its causes too), plain, URL-encoded, escaped or in Base64.
 *
 * @returns the exposed ones; empty when all is well.
 * @example
 * ```ts
 * import { exposedSecrets } from '@outbound-auth/testing';
 *
 * const error = new Error('refused', { cause: { headers: { authorization: 'Bearer abcd1234' } } });
 * console.log(exposedSecrets(error, ['abcd1234', 'wxyz9876'])); // [ 'abcd1234' ]
 * ```
 */
export function exposedSecrets(value: unknown, secrets: readonly string[]): string[] {
  if (secrets.includes('')) throw new TypeError('secrets: an empty text is found in everything; leave it out');
  const texts: string[] = [];
  collectTexts(value, texts, new Set());
  const shown = texts.join('\n');
  return secrets.filter((secret) => guises(secret).some((guise) => shown.includes(guise)));
}

function guises(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
  ];
}

function collectTexts(value: unknown, texts: string[], seen: Set<unknown>): void {
  if (typeof value === 'string') texts.push(value);
  if (!isObject(value) || seen.has(value)) return;
  const outermost = seen.size === 0;
  seen.add(value);
  if (value instanceof Uint8Array) {
    texts.push(Buffer.from(value).toString('latin1'));
    return;
  }
  // Inspecting goes all the way down by itself, so once at the top; an error's own texts are looked at wherever it hangs.
  if (outermost || value instanceof Error) {
    texts.push(
      attempt(() => textOf(value)),
      attempt(() => JSON.stringify(value)),
    );
    texts.push(inspect(value, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null }));
  }
  for (const key of Reflect.ownKeys(value)) {
    texts.push(String(key));
    collectTexts(
      attempt((): unknown => Reflect.get(value, key)),
      texts,
      seen,
    );
  }
}

function textOf(value: unknown): string {
  return String(value);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** A getter or a `toJSON` that throws shows nothing. */
function attempt<Result>(read: () => Result): Result | string {
  try {
    return read() ?? '';
  } catch {
    return '';
  }
}

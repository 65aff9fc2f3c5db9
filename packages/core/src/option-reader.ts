import { isMap, isSet } from 'node:util/types';
import { type OptionProblem, OptionsError } from './errors.ts';
import { nearest } from './nearest.ts';
import { isSecretSource, type SecretSource, secretRule } from './secret.ts';

/** Reads options that may come from anywhere (a JSON file, JavaScript) and notes every mistake with its path. */
export class OptionReader {
  readonly problems: OptionProblem[];
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #known = new Set<string>();

  constructor(values: object, path: string, problems: OptionProblem[] = []) {
    this.#values = { ...values };
    this.#path = path;
    this.problems = problems;
  }

  /** Notes a mistake at an option of this level. */
  refuse(name: string, message: string): void {
    this.problems.push({ path: this.pathOf(name), message });
  }

  /** Notes a mistake in what `texts` has read. */
  refuseItem(name: string, index: number, message: string): void {
    this.refuse(Array.isArray(this.value(name)) ? `${name}[${index}]` : name, message);
  }

  names(): string[] {
    return Object.keys(this.#values);
  }

  value(name: string): unknown {
    this.#known.add(name);
    return this.#values[name];
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    this.refuse(name, `must be a text that is not empty, not ${kind(value)}`);
    return undefined;
  }

  requiredText(name: string, remedy: string): string {
    if (this.value(name) === undefined) this.refuse(name, `is missing; ${remedy}`);
    return this.text(name) ?? '';
  }

  /** A text or a list of texts, as a list. What is refused is empty there, so that all others keep their places. */
  texts(name: string): readonly string[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return Array.from(list, (item, index) => {
      if (typeof item === 'string' && item !== '') return item;
      this.refuseItem(
        name,
        index,
        `must be ${list === value ? 'a text' : 'a text or a list of texts'}, not ${kind(item)}`,
      );
      return '';
    });
  }

  flag(name: string, fallback = false): boolean {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value ?? fallback;
    this.refuse(name, `must be true or false, not ${kind(value)}`);
    return fallback;
  }

  /** One of the choices; the first is the default. */
  oneOf<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.value(name);
    if (value === undefined) return choices[0];
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.refuse(name, `must be ${choices.map((item) => `'${item}'`).join(' or ')}`);
    return choice ?? choices[0];
  }

  number(name: string, fallback: number, range: { min: number; max: number }, unit: string): number {
    const value = this.value(name);
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value >= range.min && value <= range.max) return value;
    const bounds = `from ${range.min} to ${range.max}`;
    this.refuse(name, `must be a number ${bounds} (${unit}), not ${typeof value === 'number' ? value : kind(value)}`);
    return fallback;
  }

  /** A function; what it takes and gives is the caller's own contract with it. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a signature can't be checked at run time
  callable<Signature>(name: string): Signature | undefined {
    const value = this.value(name);
    if (value === undefined || isCallable<Signature>(value)) return value;
    this.refuse(name, `must be a function, not ${kind(value)}`);
    return undefined;
  }

  secret(name: string): SecretSource | undefined {
    const value = this.value(name);
    if (value === undefined || isSecretSource(value)) return value;
    this.refuse(name, secretRule);
    return undefined;
  }

  /** A reader of the options below this one. */
  child(name: string): OptionReader | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (isObject(value)) return new OptionReader(value, this.pathOf(name), this.problems);
    this.refuse(name, `must be an object, not ${kind(value)}`);
    return undefined;
  }

  /** Notes each name that was never read: a misspelt option must not be passed over. */
  refuseOthers(): void {
    for (const name of this.names()) {
      if (this.#known.has(name)) continue;
      const meant = nearest(name, this.#known);
      this.refuse(name, `is no option${meant === undefined ? '' : `; did you mean ${meant}?`}`);
    }
  }

  /** Where an option of this level stands, from the outermost on. */
  pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}

/**
 * Reads the options of one call.
 *
 * @param call As a user writes it, `…` in place of the option: `none({ … })`.
 * @throws {OptionsError} that lists every mistake, a misspelt name too.
 */
export function optionsOf<Options>(call: string, given: unknown, read: (reader: OptionReader) => Options): Options {
  if (!isObject(given)) throw new OptionsError([{ path: call, message: `must be an object, not ${kind(given)}` }]);
  const reader = new OptionReader(given, '');
  const options = read(reader);
  reader.refuseOthers();
  if (reader.problems.length === 0) return options;
  throw new OptionsError(
    reader.problems.map(({ path, message }) => ({ path: call.replace('…', () => path), message })),
  );
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMap(value) && !isSet(value);
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a signature can't be checked at run time
function isCallable<Signature>(value: unknown): value is Signature {
  return typeof value === 'function';
}

/** What a value is. It stays unsaid itself: it may be a secret in the wrong place. */
export function kind(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text';
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (isMap(value) || isSet(value)) return 'a Map or Set';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

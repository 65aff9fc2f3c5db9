import type { OptionProblem } from '../errors.ts';
import { nearest } from './nearest.ts';
import type { SecretSource } from '../secret.ts';

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
    this.problems.push({ path: this.#path === '' ? name : `${this.#path}.${name}`, message });
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

  /** A text or a list of texts, as a list. */
  texts(name: string): readonly string[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = list.filter((item) => typeof item === 'string' && item !== '');
    if (texts.length < list.length) {
      this.refuse(name, `must be a text or a list of texts that are not empty`);
    }
    return list.filter((item): item is string => typeof item === 'string');
  }

  flag(name: string): boolean {
    return this.oneOf(name, [false, true]);
  }

  /** One of the choices; the first is the default. */
  oneOf<const Choice extends string | boolean>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.value(name);
    if (value === undefined) return choices[0];
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      this.refuse(name, `must be ${choices.map((item) => describe(item)).join(' or ')}, not ${describe(value)}`);
    }
    return choice ?? choices[0];
  }

  number(name: string, fallback: number, range: { min: number; max: number }, unit: string): number {
    const value = this.value(name);
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value >= range.min && value <= range.max) return value;
    const bounds = `from ${range.min} to ${range.max}`;
    this.refuse(name, `must be a number ${bounds} (${unit}), not ${describe(value)}`);
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
    if (isCallable<() => string>(value)) return value;
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    // What was given stays unsaid: it may be a secret in the wrong shape.
    this.refuse(name, 'must be a text that is not empty, or a function that gives one (for example env(…))');
    return undefined;
  }

  /** A reader of the options below this one. */
  child(name: string): OptionReader | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (isObject(value))
      return new OptionReader(value, this.#path === '' ? name : `${this.#path}.${name}`, this.problems);
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
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a signature can't be checked at run time
function isCallable<Signature>(value: unknown): value is Signature {
  return typeof value === 'function';
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kind(value);
}

// For options whose value may be a secret in the wrong place.
function kind(value: unknown): string {
  if (value === '') return 'an empty text';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

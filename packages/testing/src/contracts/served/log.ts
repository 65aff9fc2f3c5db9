import { inspect } from 'node:util';

/** What a framework has logged, to be waited for. */
export class Log {
  readonly values: unknown[] = [];
  #waiting: (() => void)[] = [];

  readonly add = (...values: readonly unknown[]): void => {
    this.values.push(...values);
    for (const resume of this.#waiting.splice(0)) resume();
  };

  /** Waits until it tells of this, however it breaks and indents lines. */
  async tells(text: string): Promise<void> {
    while (!this.values.some((value) => inOneLine(shown(value)).includes(inOneLine(text)))) {
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
  }
}

/** Hears what goes to `console.error` until it is told to end. */
export function hearConsole(log: Log): () => void {
  const error: unknown = Reflect.get(console, 'error');
  Reflect.set(console, 'error', log.add);
  return () => void Reflect.set(console, 'error', error);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value);
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

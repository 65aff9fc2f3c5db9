import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';

// A framework may log some turns of the event loop after it has answered.
const turns = 1_000;

/** What a framework has logged. */
export class Log {
  readonly values: unknown[] = [];

  readonly add = (...values: readonly unknown[]): void => {
    this.values.push(...values);
  };

  /** Waits until it tells of this, however it breaks and indents lines; fails where it does not. */
  async tells(text: string): Promise<void> {
    const told = (): boolean => this.values.some((value) => inOneLine(shown(value)).includes(inOneLine(text)));
    for (let turn = 0; !told(); turn += 1) {
      assert.ok(turn < turns, `the log does not tell of: ${text}`);
      await setImmediate();
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

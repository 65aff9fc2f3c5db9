import { OptionsError } from '../src/errors.ts';

/** The mistakes that a call finds in what it is given, one `path: message` each. */
export function problemsOf(call: () => unknown): string[] {
  try {
    call();
    return [];
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

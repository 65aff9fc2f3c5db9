// No import that stays: both entries share this, and their common chunk would load the other one's dependencies.
import type { OptionProblem } from '@outbound-auth/core';

/** What an option must be, where it is given. */
export type OptionRule = 'text' | 'flag' | 'texts' | 'other';

const rules: Readonly<Record<OptionRule, { readonly holds: (value: unknown) => boolean; readonly message: string }>> = {
  text: { holds: isText, message: 'must be a text that is not empty' },
  flag: { holds: (value) => typeof value === 'boolean', message: 'must be true or false' },
  texts: { holds: (value) => Array.isArray(value) && value.every(isText), message: 'must be a list of names' },
  // Nest looks at it, or core.
  other: { holds: () => true, message: '' },
};

/** The options of Nest's own that say what makes the module's options. */
const asyncRules: Readonly<Record<string, OptionRule>> = {
  imports: 'other',
  inject: 'other',
  useFactory: 'other',
  useClass: 'other',
  useExisting: 'other',
  provideInjectionTokensFrom: 'other',
};

/**
 * Finds every mistake in options before Nest looks at them, which passes over what it doesn't know.
 *
 * @param where The call as a user writes it, without its parentheses.
 * @param isOpen Whether there are options that somebody else looks at.
 */
export function problemsOf(
  where: string,
  options: unknown,
  known: Readonly<Record<string, OptionRule>>,
  isOpen = false,
): readonly OptionProblem[] {
  if (typeof options !== 'object' || options === null) {
    return [{ path: where, message: 'must be given an object with options' }];
  }
  return Object.entries(options).flatMap(([name, value]: [string, unknown]): OptionProblem[] => {
    const path = `${where}.${name}`;
    const rule = Object.hasOwn(known, name) ? known[name] : undefined;
    if (rule === undefined)
      return isOpen ? [] : [{ path, message: `is no option; there are ${Object.keys(known).join(', ')}` }];
    const { holds, message } = rules[rule];
    return value === undefined || holds(value) ? [] : [{ path, message }];
  });
}

/** The same where a factory or a class is to make the options: one must be given. */
export function asyncProblemsOf(
  where: string,
  options: object,
  known: Readonly<Record<string, OptionRule>>,
): readonly OptionProblem[] {
  const problems = problemsOf(where, options, { ...known, ...asyncRules });
  if (problems.length > 0) return problems;
  if (['useFactory', 'useClass', 'useExisting'].some((name) => Reflect.get(options, name) !== undefined)) return [];
  return [{ path: where, message: 'needs useFactory, useClass or useExisting' }];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

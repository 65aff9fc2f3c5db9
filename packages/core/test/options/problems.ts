import { OptionsError } from '../../src/errors.ts';
import { normalize } from '../../src/options/normalize.ts';

/** The least that a client needs. */
export const least = {
  tokenEndpoint: 'https://idp.example/token',
  clientId: 'orders',
  clientSecret: 'a-secret',
  attachTo: ['https://api.example/v2'],
};

/** What a JavaScript file or a JSON file can give, whatever the types say. */
export function untyped(value: unknown): never {
  return value as never;
}

/** The mistakes found in these options, one `path: message` each. */
export function problemsOf(options: unknown): string[] {
  try {
    normalize(untyped(options));
    return [];
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

/** The mistakes found in one client, with these options over the least. Paths begin below the client. */
export function clientProblems(options: object): string[] {
  const paths = /^clients\.billing\.?/;
  return problemsOf({ clients: { billing: { ...least, ...options } } }).map((problem) => problem.replace(paths, ''));
}

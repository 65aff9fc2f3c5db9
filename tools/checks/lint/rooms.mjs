// The rooms of core from the top down: a file may import from its own level and from those below it.
// Types may be imported from anywhere: they are gone at run time.
const levels = [
  ['index.ts', 'providers/'],
  ['create-outbound-auth.ts'],
  ['tenants.ts'],
  ['client.ts', 'client-covering.ts'],
  ['client-identity.ts', 'client-parts.ts'],
  ['upstream/'],
  ['outbound-for.ts', 'serving-options.ts'],
  ['outbound-auth.ts', 'outbound-client.ts'],
  ['options/'],
  ['outgoing/'],
  ['tokens/', 'stores/'],
  ['grants/'],
  ['token-endpoint/', 'client-authentication/'],
  ['assertions/', 'transport/'],
  // Errors, redaction, time, chance, events and the like: every other file beside the rooms.
  ['*.ts'],
];
// What a token is, and what gives one, is said by everyone.
const sharedWords = ['tokens/access-token.ts', 'tokens/token-source.ts'];
const timers = ['timers', 'node:timers', 'timers/promises', 'node:timers/promises'];
const source = 'packages/core/src';

/** A public list is written out. */
export const noExportAll = {
  selector: 'ExportAllDeclaration',
  message: 'List the exports: `export *` lets anything become public.',
};

/** Node 20, once it has optimised this, says no to valid addresses with Latin-1 letters (https://bücher.example). */
export const noCanParse = {
  object: 'URL',
  property: 'canParse',
  message: 'Try `new URL()`: on Node 20 this is wrong about some valid addresses once it is hot.',
};

export const rooms = levels.map((level, depth) => {
  const above = levels.slice(0, depth).flat();
  const elsewhere = level.includes('*.ts') ? [...above, ...sharedWords] : sharedWords;
  return {
    files: level.map((room) => `${source}/${room.endsWith('/') ? `${room}**` : room}`),
    ignores: elsewhere.map((file) => `${source}/${file}`),
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: timers.map((name) => ({ name, message: seam('a Clock', 'clock.ts') })),
          patterns: above.map(fromAbove),
        },
      ],
    },
  };
});

/** Time and chance come from their seams alone, so that tests can hold both. */
export const seams = {
  files: [`${source}/**`],
  ignores: [`${source}/clock.ts`, `${source}/random.ts`],
  rules: {
    'no-restricted-globals': [
      'error',
      ...['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({
        name,
        message: seam('a Clock', 'clock.ts'),
      })),
    ],
    'no-restricted-syntax': [
      'error',
      noExportAll,
      { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: seam('a Clock', 'clock.ts') },
    ],
    'no-restricted-properties': [
      'error',
      noCanParse,
      { object: 'Date', property: 'now', message: seam('a Clock', 'clock.ts') },
      { object: 'AbortSignal', property: 'timeout', message: seam('a Clock', 'clock.ts') },
      { object: 'Math', property: 'random', message: seam('a Random', 'random.ts') },
    ],
  },
};

function fromAbove(room) {
  const words = sharedWords.filter((file) => file.startsWith(room)).map((file) => file.slice(room.length));
  const except = words.length > 0 ? `(?!(${words.join('|')})$)` : '';
  return {
    regex: `^\\.{1,2}/${room}${except}`,
    allowTypeImports: true,
    message: `${room} is a room above this one: see the levels in tools/checks/lint/rooms.mjs.`,
  };
}

function seam(what, file) {
  return `Take ${what} as a parameter: only src/${file} may use this.`;
}

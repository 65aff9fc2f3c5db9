// Runs the recipes of a README.md: its TypeScript snippets, each found by the heading that it stands under.
//
// To add a test for one, in the file of its package beside this one:
//
//   const { run, api } = readme('packages/express');
//
//   it('A plain call', async () => {
//     const { app } = await run('A plain call'); // the exports of the first snippet under `## A plain call`
//     expect(await answerOf(app, '/invoices')).toMatchObject({ status: 200 });
//     expect(api('https://api.billing.example').requests).toHaveLength(1);
//   });
//
// - The snippet is imported as it stands. Only its addresses are others: `https://idp.example.com` is an authorization
//   server on loopback (`server()`), and every other `https://….example` or `https://….example.com` a protected API of
//   its own (`api(address)`), whatever makes the call. Each test has new ones; both record what they are asked.
// - Each `env('NAME')` and `process.env.NAME` has a value; `vi.stubEnv` in a test gives it another.
// - Snippets that begin with `// auth.ts` lie beside the one that is run.
// - `run(heading, options)` takes `snippet` (2 for the second under that heading), `expose` (names that the snippet
//   doesn't export), `given` (values of what it only declares), `replace` (texts, by what is to stand there).
// - `start(heading, options)` runs it in a process of its own, for recipes that listen, or end by a signal; `runTests`
//   one that is a test, with its runner. See alone.mjs.
// - What can't be run is named by `compiledOnly(heading, reason)`. The last test of each file says that none is left:
//
//   it('leaves no recipe out', () => expect(unrun()).toEqual([]));
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { recipesOf } from '../../snippets.mjs';
import { startAlone, testAlone } from './alone.mjs';
import { startPlaces } from './places.mjs';

const root = path.resolve(import.meta.dirname, '../../../..');
// Nobody lints, formats or commits what is there, and packages are found from there.
const ignored = path.join(root, 'tools/coverage/readme');

/** What a test of a README needs; its servers start and end with the test file that calls this. */
export function readme(project) {
  const recipes = numbered(recipesOf(path.resolve(root, project)));
  if (recipes.length === 0) throw new Error(`${project}/README.md has no TypeScript snippet`);
  const done = new Set();
  const children = new Set();
  let folder;
  let places;

  // Compilers and test runners that are started on a busy machine take their time.
  vi.setConfig({ testTimeout: 60_000 });

  beforeAll(async () => {
    mkdirSync(ignored, { recursive: true });
    folder = mkdtempSync(path.join(ignored, `${path.basename(path.resolve(root, project))}-`));
    const compilerOptions = { experimentalDecorators: true, emitDecoratorMetadata: true };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    for (const name of recipes.flatMap(({ code }) => variablesOf(code))) vi.stubEnv(name, `the value of ${name}`);
  });

  // Each test has servers of its own, that have seen nothing yet.
  beforeEach(async () => {
    places = await startPlaces(recipes);
  });

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await places.close();
    vi.restoreAllMocks();
  });

  afterAll(() => {
    vi.resetConfig();
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    /** The authorization server behind `https://idp.example.com`. */
    server: () => places.server,
    /** The protected API behind an address of the README. */
    api: (address) => places.api(address),
    /** Runs a recipe; gives its exports. */
    run: (heading, options) => import(write(heading, options)),
    /** Runs a recipe in a process of its own, and waits until it listens: `{ origin, stop, … }`. */
    start: (heading, options) => startAlone(write(heading, options), children),
    /** Runs a recipe that is a test, by the runner it imports: `{ ok, output }`. */
    runTests: (heading, options) => testAlone(write(heading, { ...options, file: 'recipe.test.ts' })),
    /** Says why a recipe is compiled, but not run. */
    compiledOnly: (heading, reason, options) => {
      if (!reason) throw new Error(`${heading}: say why it can't be run`);
      done.add(find(heading, options));
    },
    /** The recipes that no test has run so far. */
    unrun: () => recipes.filter((recipe) => !done.has(recipe)).map(nameOf),
  };

  function find(heading, { snippet = 1 } = {}) {
    const found = recipes.find((recipe) => recipe.heading === heading && recipe.number === snippet);
    if (found) return found;
    throw new Error(`${project}/README.md has no ${snippet}. snippet under "${heading}", but ${list(recipes)}`);
  }

  // Each run has a folder of its own, so that none gets the modules of another.
  function write(heading, { expose = [], given = {}, replace = {}, file, ...options } = {}) {
    const recipe = find(heading, options);
    for (const [name, value] of Object.entries(given)) vi.stubGlobal(name, value);
    const place = mkdtempSync(path.join(folder, 'run-'));
    const put = ({ code, firstLine, name = 'recipe' }, as = `${name}.ts`, more = '') => {
      const text = places.leadTo(Object.entries(replace).reduce((all, [from, to]) => all.replaceAll(from, to), code));
      // A failure tells the line of the README.
      writeFileSync(path.join(place, as), '\n'.repeat(firstLine - 1) + text + more);
      return path.join(place, as);
    };
    for (const other of recipes) if (other.name && other !== recipe) put(other);
    done.add(recipe);
    return put(recipe, file, expose.length > 0 ? `\nexport { ${expose.join(', ')} };` : '');
  }
}

/** What an application answers that listens on a free port for this one request: `{ status, headers, body }`. */
export async function answerOf(listener, target, init) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await answer(`http://127.0.0.1:${server.address().port}${target}`, init);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** What is answered at an address: `{ status, headers, body }`. */
export async function answer(address, init) {
  const response = await fetch(address, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

// The first snippet under a heading has the number 1.
function numbered(snippets) {
  const counts = new Map();
  return snippets.map((snippet) => {
    const number = (counts.get(snippet.heading) ?? 0) + 1;
    counts.set(snippet.heading, number);
    return { ...snippet, number };
  });
}

function nameOf({ heading, number }) {
  return number === 1 ? heading : `${heading}, snippet ${number}`;
}

function list(recipes) {
  return recipes.map((recipe) => JSON.stringify(nameOf(recipe))).join(', ');
}

function variablesOf(code) {
  return [...code.matchAll(/\benv\('(\w+)'\)|\bprocess\.env(?:\.(\w+)|\['(\w+)'\])/g)].map(
    ([, called, dotted, quoted]) => called ?? dotted ?? quoted,
  );
}

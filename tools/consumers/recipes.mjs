import { writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { recipesOf } from '../checks/snippets.mjs';

const { CommonJS, ESNext } = ts.ModuleKind;

/** Which test each runner is shown with in the README of `testing`, and what its file is to be called here. */
const tests = [
  { heading: 'Jest', file: 'recipe.jest.test.cjs', module: CommonJS },
  { heading: 'Vitest', file: 'recipe.vitest.test.mjs', module: ESNext },
  { heading: 'node:test', file: 'recipe.node.test.mjs', module: ESNext },
];

/** Writes the tests that a reader is shown into a project, as a compiler makes JavaScript of them, and what they test. */
export function writeRecipes(root, folder) {
  const recipes = recipesOf(path.join(root, 'packages/testing'));
  const write = (file, recipe, module) => {
    if (!recipe) throw new Error(`packages/testing/README.md has nothing to make ${file} of`);
    const { outputText } = ts.transpileModule(recipe.code, {
      compilerOptions: { module, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(path.join(folder, file), outputText);
  };
  for (const { name, code } of recipes) if (name) write(`${name}.js`, { code }, CommonJS);
  for (const { heading, file, module } of tests) {
    write(
      file,
      recipes.find((recipe) => recipe.heading === heading),
      module,
    );
  }
}

import comments from '@eslint-community/eslint-plugin-eslint-comments';
import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import * as jsoncParser from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';
import { boundaries } from './tools/checks/lint/boundaries.mjs';
import { noCanParse, noExportAll, rooms, seams } from './tools/checks/lint/rooms.mjs';

const typescript = ['packages/**/*.{ts,cts}'];
const sources = ['packages/*/src/**/*.{ts,cts}'];
const examples = ['tools/examples/*/**/*.{js,ts}'];
const tests = ['packages/*/test/**/*.ts'];

export default defineConfig(
  { ignores: ['**/dist/', '**/out-tsc/', '**/coverage/', '.nx/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.mjs', ...typescript],
    extends: [js.configs.recommended],
    plugins: { '@nx': nx, comments },
    languageOptions: { globals: globals.node },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'comments/require-description': ['error', { ignore: ['eslint-enable'] }],
      'comments/no-unlimited-disable': 'error',
    },
  },
  {
    files: typescript,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      // `OutboundAuth<string>` is not `OutboundAuth`: an application may register its own names as the default.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  // Their types are those of built packages: the compiler checks them when they are built.
  {
    files: examples,
    extends: [js.configs.recommended, tseslint.configs.strict],
    languageOptions: { globals: globals.node },
    rules: { '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }] },
  },
  {
    files: sources,
    rules: {
      'max-lines': ['error', { max: 200 }],
      'no-console': 'error',
      'no-restricted-properties': ['error', noCanParse],
      'no-restricted-syntax': ['error', noExportAll],
    },
  },
  // An adapter only translates: what needs more lines belongs in core.
  { files: ['packages/{express,koa,axios,nestjs}/src/**'], rules: { 'max-lines': ['error', { max: 100 }] } },
  {
    files: tests,
    rules: {
      // A handler of a test's server is often async by its type alone.
      '@typescript-eslint/require-await': 'off',
      // expect(api.method) names a method, it does not call it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  ...rooms,
  seams,
  ...boundaries,
  {
    files: ['packages/*/package.json'],
    plugins: { '@nx': nx },
    languageOptions: { parser: jsoncParser },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: ['{projectRoot}/test/**/*'],
          // An adapter names its framework's versions even where nothing of it is imported.
          ignoredDependencies: ['express', 'koa', 'axios'],
        },
      ],
    },
  },
);

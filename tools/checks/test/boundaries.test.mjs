import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const boundary = '@nx/enforce-module-boundaries';

// The files exist only here: TypeScript is told to take them as they are.
const probes = {
  core: 'packages/core/src/probe.ts',
  cached: 'packages/core/src/tokens/probe.ts',
  grant: 'packages/core/src/grants/probe.ts',
  coreTest: 'packages/core/test/probe.test.ts',
  express: 'packages/express/src/probe.ts',
  koa: 'packages/koa/src/probe.ts',
  koaTest: 'packages/koa/test/probe.test.ts',
  nestjs: 'packages/nestjs/src/probe.ts',
  nestjsHttp: 'packages/nestjs/src/http/probe.ts',
  redis: 'packages/redis/src/probe.ts',
};
const projectService = {
  allowDefaultProject: Object.values(probes),
  maximumDefaultProjectFileMatchCount_THIS_WILL_SLOW_DOWN_LINTING: Object.values(probes).length,
};
let eslint;

// The first look at a package loads its types.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  // Without a cached project graph the boundary rule says nothing at all.
  await createProjectGraphAsync();
  eslint = new ESLint({ cwd: root, overrideConfig: { languageOptions: { parserOptions: { projectService } } } });
});

describe('a forbidden import fails the lint', () => {
  it.each([
    [
      'core',
      '@outbound-auth/express',
      'Circular dependency between "@outbound-auth/core" and "@outbound-auth/express"',
    ],
    ['core', '@outbound-auth/testing', '"scope:core" can only depend on libs tagged with "scope:core"'],
    ['core', 'express', '"scope:core" is not allowed to import "express"'],
    ['core', 'typescript', '"scope:core" is not allowed to import "typescript"'],
    ['core', '../../express/src/index.ts', 'Projects cannot be imported by a relative or absolute path'],
    ['koa', '@outbound-auth/express', '"scope:koa" can only depend on libs tagged with "scope:core", "scope:koa"'],
    [
      'nestjs',
      '@outbound-auth/axios',
      '"scope:nestjs" can only depend on libs tagged with "scope:core", "scope:nestjs"',
    ],
    ['nestjsHttp', '@outbound-auth/koa', '"scope:nestjs" can only depend on'],
    ['koa', '@outbound-auth/redis', '"scope:koa" can only depend on libs tagged with "scope:core", "scope:koa"'],
    [
      'redis',
      '@outbound-auth/testing',
      '"scope:redis" can only depend on libs tagged with "scope:core", "scope:redis"',
    ],
    ['express', '@outbound-auth-tools/playground', 'Only packages defined in the "package.json" can be imported'],
    ['express', '../../../tools/setup/run.mjs', 'Projects cannot be imported by a relative or absolute path'],
    ['koaTest', '../../../tools/setup/run.mjs', 'Projects cannot be imported by a relative or absolute path'],
  ])('%s → %s', async (probe, imported, message) => {
    for (const code of [`import '${imported}';`, `await import('${imported}');`]) {
      expect(await problems(probe, code, boundary)).toContainEqual(expect.stringContaining(message));
    }
  });
});

describe('an allowed import passes it', () => {
  it.each([
    ['core', 'oauth4webapi'],
    ['core', 'node:crypto'],
    ['coreTest', '@outbound-auth/testing'],
    ['express', '@outbound-auth/core'],
    ['koaTest', '@outbound-auth/express'],
    ['nestjsHttp', '@outbound-auth/axios'],
    ['redis', 'redis'],
  ])('%s → %s', async (probe, imported) => {
    expect(await problems(probe, `import '${imported}';`, boundary)).toEqual([]);
  });
});

describe('core', () => {
  it.each([
    ['Date.now()', 'no-restricted-properties', 'only src/clock.ts'],
    ['new Date()', 'no-restricted-syntax', 'only src/clock.ts'],
    ['setTimeout(() => 1, 1)', 'no-restricted-globals', 'only src/clock.ts'],
    ['setInterval(() => 1, 1)', 'no-restricted-globals', 'only src/clock.ts'],
    ['AbortSignal.timeout(1)', 'no-restricted-properties', 'only src/clock.ts'],
    ['Math.random()', 'no-restricted-properties', 'only src/random.ts'],
  ])('takes time and chance from its seams: %s', async (code, rule, message) => {
    expect(await problems('core', `${code};`, rule)).toEqual([expect.stringContaining(message)]);
    expect(await problems('express', `${code};`, rule)).toEqual([]);
  });

  it.each([
    ['cached', '../outgoing/send.ts', 'outgoing/ is a room above'],
    ['cached', '../client.ts', 'client.ts is a room above'],
    ['grant', '../tokens/cached.ts', 'tokens/ is a room above'],
    ['core', './client.ts', 'client.ts is a room above'],
  ])('has no arrow back up: %s → %s', async (probe, imported, message) => {
    const rule = '@typescript-eslint/no-restricted-imports';
    expect(await problems(probe, `import { x } from '${imported}';`, rule)).toEqual([expect.stringContaining(message)]);
    expect(await problems(probe, `import type { x } from '${imported}';`, rule)).toEqual([]);
  });

  it.each([
    ['cached', '../grants/client-credentials.ts'],
    ['grant', '../tokens/token-source.ts'],
    ['grant', '../errors.ts'],
  ])('may look down: %s → %s', async (probe, imported) => {
    const rule = '@typescript-eslint/no-restricted-imports';
    expect(await problems(probe, `import { x } from '${imported}';`, rule)).toEqual([]);
  });
});

it.each(['core', 'express'])('lets no source of %s trust URL.canParse', async (probe) => {
  const found = await problems(probe, "URL.canParse('https://bücher.example');", 'no-restricted-properties');
  expect(found).toEqual([expect.stringContaining('Try `new URL()`')]);
});

it('wants a reason beside every disabled rule, and the rule to be needed', async () => {
  const [bare, unused] = ['no-debugger */ debugger;', 'no-debugger -- for the test */'].map(
    (rest) => `/* eslint-disable ${rest}`,
  );
  expect(await problems('express', bare, 'comments/require-description')).toHaveLength(1);
  expect(await problems('express', unused, null)).toEqual([expect.stringContaining('Unused eslint-disable')]);
});

async function problems(probe, code, rule) {
  const [{ messages }] = await eslint.lintText(code, { filePath: path.join(root, probes[probe]) });
  return messages.filter(({ ruleId }) => ruleId === rule).map(({ message }) => message);
}

// Which package may import which, by the tags in the package.json files: the table of packages in README.md.
// A file obeys the last entry that matches it. Tools may import everything; nothing may import them.
const builtOnCore = ['express', 'koa', 'axios', 'nestjs', 'redis', 'testing'];

const sourceConstraints = [
  {
    sourceTag: 'scope:core',
    onlyDependOnLibsWithTags: ['scope:core'],
    allowedExternalImports: ['oauth4webapi', 'jose', 'undici'],
  },
  ...builtOnCore.map((name) => ({
    sourceTag: `scope:${name}`,
    onlyDependOnLibsWithTags: ['scope:core', `scope:${name}`],
  })),
];
const nestHttpConstraints = [
  { sourceTag: 'scope:nestjs', onlyDependOnLibsWithTags: ['scope:core', 'scope:axios', 'scope:nestjs'] },
];
// Tests use the test kit, and the siblings that they are tested with.
const testConstraints = [{ sourceTag: 'type:package', onlyDependOnLibsWithTags: ['type:package'] }];

export const boundaries = [
  { files: ['packages/*/src/**/*.{ts,cts}'], rules: boundaryRule(sourceConstraints) },
  { files: ['packages/nestjs/src/http/**/*.ts'], rules: boundaryRule(nestHttpConstraints) },
  { files: ['packages/*/test/**/*.ts'], rules: boundaryRule(testConstraints) },
];

function boundaryRule(depConstraints) {
  return {
    '@nx/enforce-module-boundaries': [
      'error',
      {
        depConstraints,
        banTransitiveDependencies: true,
        // Core's tests use the test kit, which is built on core; the sources of core may not (first constraint).
        ignoredCircularDependencies: [['@outbound-auth/core', '@outbound-auth/testing']],
      },
    ],
  };
}

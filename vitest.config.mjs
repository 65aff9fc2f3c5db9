import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Sibling packages are resolved to their sources, so nothing is built before a test.
const conditions = ['@outbound-auth/source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['**/test/**/*.test.{ts,mjs}'],
    // Most of the time would go into a fresh module graph for each file; tests leave nothing behind, so they share one.
    pool: 'threads',
    isolate: false,
    // The JSON is what `npm test` counts: Nx keeps it with the cached result.
    reporters: ['default', 'json'],
    outputFile: { json: 'coverage/tests.json' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary'],
      // A little below what the least covered package has.
      thresholds: { statements: 97, branches: 85, functions: 97, lines: 98 },
    },
  },
});

import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Sibling packages are resolved to their sources, so nothing is built before a test.
const conditions = ['@outbound-auth/source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['**/test/**/*.test.{ts,mjs}'],
    // The JSON is what `npm test` counts: Nx keeps it with the cached result.
    reporters: ['default', 'json'],
    outputFile: { json: 'coverage/tests.json' },
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary'] },
  },
});

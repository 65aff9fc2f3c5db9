import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Sibling packages are resolved to their sources, so nothing is built before a test.
const conditions = ['@outbound-auth/source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary'] },
  },
});

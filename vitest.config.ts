import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These need longer than `npm test` may take; each has a script of its own.
    exclude: ['test/integrity/**', 'test/real/**', 'test/templates/**', 'test/deploy/**', 'node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

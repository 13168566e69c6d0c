import { defineConfig } from 'vitest/config';

/** Tests that drive the page in Chromium, over a running Offbeat. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});

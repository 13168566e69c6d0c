import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/deploy/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each installs or synthesises as much as a machine bears.
    fileParallelism: false,
  },
});

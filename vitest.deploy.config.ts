import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/deploy/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // One file keeps two processors busy, with its emulator and functions: two at a time would take as long.
    fileParallelism: false,
  },
});

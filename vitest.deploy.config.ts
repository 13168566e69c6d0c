import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/deploy/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // The tests share two cores with the emulator and its functions.
    fileParallelism: false,
  },
});

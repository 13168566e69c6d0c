import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/deploy/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Each file starts its own emulator and servers, on free ports. More of them would not have processors enough.
    maxWorkers: 2,
  },
});

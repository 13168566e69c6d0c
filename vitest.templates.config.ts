import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/templates/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 600_000,
    // By default, Vitest leaves one processor idle, which doubles the time on two processors.
    maxWorkers: availableParallelism(),
  },
});

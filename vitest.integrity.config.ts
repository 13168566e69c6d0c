import { defineConfig } from 'vitest/config';

const common = { testTimeout: 600_000, hookTimeout: 120_000 };

/** Test files that measure how soon a busy server answers, and its memory: they run alone. */
const measured = ['flood-of-names', 'http-server'].map((name) => `test/integrity/${name}.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'destroyed and fuzzed',
          include: ['test/integrity/**/*.test.ts'],
          exclude: measured,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { ...common, name: 'measured', include: measured, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
});

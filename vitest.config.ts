import { defineConfig } from 'vitest/config';

/** What synthesises deployments: CDK takes seconds to load, and each deployment as long again. */
const synthesising = ['test/lib/**/*.test.ts', 'test/docs/deploy.test.ts', 'test/docs/runbook.test.ts'];
/** These need longer than `npm test` may take; each has a script of its own. */
const longer = ['test/integrity/**', 'test/real/**', 'test/templates/**', 'test/deploy/**'];

const common = { testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [...longer, ...synthesising, 'node_modules/**'],
        },
      },
      // In one process, so that they share what was loaded and synthesised.
      { test: { ...common, name: 'cdk', include: synthesising, isolate: false, fileParallelism: false } },
    ],
  },
});

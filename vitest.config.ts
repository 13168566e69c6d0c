import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that synthesise deployments: CDK takes seconds to load, and each deployment takes as long again. */
const synthesising = ['test/lib/**/*.test.ts', 'test/docs/deploy.test.ts', 'test/docs/runbook.test.ts'];
/** Tests that change the state of a whole process: modules (`vi.mock`), the current folder, CDK's folder for assets. */
const alone = [
  'test/functions/notify/step-failed.test.ts',
  'test/functions/publish/step-failed.test.ts',
  'test/lib/bundle/function-code.test.ts',
  'test/local/data-dir.test.ts',
];
/** Tests that are too slow for `npm test`. A separate npm script runs each group. */
const longer = ['test/integrity/**', 'test/real/**', 'test/templates/**', 'test/deploy/**', 'test/browser/**'];

const common = {
  // Far longer than any test needs, so that no test fails because the machine is busy.
  testTimeout: 120_000,
  hookTimeout: 180_000,
  // By default, Vitest leaves one processor idle, which doubles the time on two processors.
  maxWorkers: availableParallelism(),
};
/** Test files that share a process load each module, and synthesise each deployment, only once. Loading is half of the time. */
const shared = { ...common, isolate: false };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [...longer, ...synthesising, ...alone, 'node_modules/**'],
        },
      },
      { test: { ...shared, name: 'cdk', include: synthesising, exclude: alone } },
      { test: { ...common, name: 'alone', include: alone } },
    ],
  },
});

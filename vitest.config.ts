import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that synthesise deployments: CDK takes seconds to load, and each deployment as long again. */
const synthesising = ['test/lib/**/*.test.ts', 'test/docs/deploy.test.ts', 'test/docs/runbook.test.ts'];
/** Tests that change what holds for a whole process: modules (`vi.mock`), the current folder, CDK's folder for files. */
const alone = [
  'test/functions/notify/step-failed.test.ts',
  'test/functions/publish/step-failed.test.ts',
  'test/lib/bundle/function-code.test.ts',
  'test/local/data-dir.test.ts',
];
/** Tests that take longer than `npm test` may; each has a script of its own. */
const longer = ['test/integrity/**', 'test/real/**', 'test/templates/**', 'test/deploy/**'];

const common = {
  // Far above what any test needs: no test fails because the machine is busy.
  testTimeout: 120_000,
  hookTimeout: 180_000,
  // Vitest's own choice leaves one processor idle, which on two processors doubles the time.
  maxWorkers: availableParallelism(),
};
/** Files that share a process load each module, and synthesise each deployment, once: to load them is half of the time. */
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

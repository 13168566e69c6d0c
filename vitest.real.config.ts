import { defineConfig } from 'vitest/config';

const common = { testTimeout: 120_000, hookTimeout: 120_000 };

/** They start servers of their own, and share with others only those in which each has tables and queues of its own. */
const ownServers = [
  'chaos/chaos',
  'kafka-restart',
  'kafka-secured',
  'one-machine',
  'opensearch-restart',
  'start-refused',
].map((name) => `test/real/${name}.test.ts`);

export default defineConfig({
  test: {
    globalSetup: ['test/real/global-setup.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'shared servers',
          include: ['test/real/**/*.test.ts'],
          exclude: ownServers,
          maxWorkers: 1,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...common, name: 'own servers', include: ownServers, maxWorkers: 2, sequence: { groupOrder: 1 } } },
    ],
  },
});

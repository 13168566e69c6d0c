import { defineConfig } from 'vitest/config';

const common = { testTimeout: 120_000, hookTimeout: 120_000 };

/** Test files that run side by side: they start their own servers, or have their own tables and queues on those that all share. */
const sideBySide = [
  'aws-contract',
  'aws-fan-out',
  'chaos/chaos',
  'collect-replicas',
  'compose',
  'connection-rate',
  'dynamodb',
  'freeze',
  'groups-in-use',
  'kafka-acls',
  'kafka-restart',
  'kafka-secured',
  'lambda/node',
  'one-machine',
  'opensearch-restart',
  'outage',
  'shippers/rsyslog',
  'start-refused',
  'storage/alerts',
  'storage/collect',
].map((name) => `test/real/${name}.test.ts`);

/** Test files that make the processors of the machine busy, and measure that: they run last, and alone. */
const busyProcessors = ['test/real/shippers/shippers.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/real/global-setup.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'shared servers',
          include: ['test/real/**/*.test.ts'],
          exclude: [...sideBySide, ...busyProcessors],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { ...common, name: 'side by side', include: sideBySide, maxWorkers: 2, sequence: { groupOrder: 1 } } },
      {
        test: {
          ...common,
          name: 'busy processors',
          include: busyProcessors,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});

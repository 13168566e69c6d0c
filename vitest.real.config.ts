import { defineConfig } from 'vitest/config';

const common = { testTimeout: 120_000, hookTimeout: 120_000 };

/** Test files that start their own servers. They share a server only where each file has its own tables and queues. */
const ownServers = [
  'chaos/chaos',
  'collect-replicas',
  'connection-rate',
  'freeze',
  'groups-in-use',
  'kafka-restart',
  'kafka-secured',
  'one-machine',
  'opensearch-restart',
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
          exclude: [...ownServers, ...busyProcessors],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { ...common, name: 'own servers', include: ownServers, maxWorkers: 2, sequence: { groupOrder: 1 } } },
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

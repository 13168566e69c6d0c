import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { openStore } from '../../local/sqlite/store.ts';
import { ManualClock } from '../local/memory-broker.ts';
import { describeBulkLog } from './bulk-log.ts';
import { describeDeliveries } from './deliveries.ts';
import { describeEventLog } from './event-log.ts';
import { describeLedger } from './ledger.ts';
import { describeObjects } from './objects.ts';
import { describeFanOut } from './publisher.ts';
import { describeWarehouse } from './warehouse.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-contract-'));
afterAll(() => rmSync(directory, { recursive: true }));

const visibilityMs = 60_000;

let stores = 0;
const onDisk = (): string => {
  stores += 1;
  return join(directory, `${stores}.db`);
};

for (const [name, path] of [
  ['SQLite in memory', () => ':memory:'],
  ['SQLite on disk', onDisk],
] as const) {
  const open = (layout = defaultLayout) => {
    const clock = new ManualClock();
    const store = openStore(path(), layout, clock);
    return { ...store, clock, close: async () => store.close() };
  };
  describeLedger(name, async () => open());
  describeObjects(name, async () => open());
  describeWarehouse(name, async () => open());
  describeDeliveries(name, async () => {
    const { deliveryStore: store, close } = open();
    return { store, close };
  });
  describeBulkLog(name, async () => {
    const { bulkLog, broker, clock, close } = open();
    return {
      bulkLog,
      close,
      values: async () =>
        broker.read(topics.beats, 0, 0, { recordsMax: 1e6, bytesMax: 1e9 }).map(({ value }) => `${value}`),
      pass: (ms) => {
        clock.timeMs += ms;
      },
    };
  });
  describeEventLog(name, async (layout) => {
    const { broker, ...store } = open(layout);
    return {
      ...store,
      read: async (topic, partition, offset) =>
        broker.read(topic, partition, offset, { recordsMax: 1e6, bytesMax: 1e9 }),
      endOffset: async (topic, partition) => broker.endOffset(topic, partition),
    };
  });
  describeFanOut(name, async () => {
    const { publisher, queue, clock, close } = open();
    return {
      publisher,
      queue,
      close,
      visibilityMs,
      receive: async () => queue.receive(1_000, clock.nowMs(), visibilityMs),
      remove: async (receiptHandles) => queue.delete(receiptHandles),
      deadLetters: async () => queue.deadLetters(),
      pass: async (ms) => {
        clock.timeMs += ms;
      },
    };
  });
}

import { SqlitePublisher } from '../../local/sqlite/publisher.ts';
import { ManualClock } from '../local/memory-broker.ts';
import { MemoryDeliveries, MemoryQueue } from '../support/memory-deliveries.ts';
import { MemoryLedger, MemoryLog, MemoryObjects } from '../support/memory-ports.ts';
import { describeDeliveries } from './deliveries.ts';
import { describeEventLog } from './event-log.ts';
import { describeLargeBatches } from './large-batches.ts';
import { describeLedger } from './ledger.ts';
import { describeObjects } from './objects.ts';
import { describeFanOut } from './publisher.ts';

const visibilityMs = 60_000;

describeLedger('memory', async () => ({ ledger: new MemoryLedger() }));
describeObjects('memory', async () => ({ objects: new MemoryObjects() }));
describeLargeBatches('memory', async () => ({ ledger: new MemoryLedger(), objects: new MemoryObjects() }));
describeDeliveries('memory', async () => ({ store: new MemoryDeliveries() }));

describeEventLog('memory', async () => {
  const eventLog = new MemoryLog();
  return {
    eventLog,
    read: async (topic, partition, offset) =>
      eventLog.records(topic, partition).filter((record) => record.offset >= offset),
    endOffset: async (topic, partition) => eventLog.records(topic, partition).length,
  };
});

describeFanOut('memory', async () => {
  const clock = new ManualClock();
  const queue = new MemoryQueue(() => clock.nowMs());
  return {
    publisher: new SqlitePublisher(queue, clock),
    queue,
    visibilityMs,
    receive: async () => queue.receive(1_000, clock.nowMs(), visibilityMs),
    remove: async (receiptHandles) => queue.delete(receiptHandles),
    deadLetters: async () => queue.deadLetters,
    pass: async (ms) => {
      clock.timeMs += ms;
    },
  };
});

import { redrivenFor } from '../../functions/shared/log/dead-letter.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import type { Topic } from '../../functions/shared/log/topics.ts';
import type { Broker } from '../../functions/shared/ports/broker.ts';
import type { DeadMessages } from '../../functions/shared/ports/message-queue.ts';
import type { Queue } from '../sqlite/store.ts';

/** Returns some records of a partition from `offset` on, in order; none at its end. */
export type ReadLog = (topic: Topic, partition: number, offset: number) => Promise<readonly LogRecord[]>;

const pageRecords = 1_000;
const pageBytes = 8_000_000;

/** Returns a reader of the embedded log, which reads a page at a time. */
export const storedLog =
  (broker: Pick<Broker, 'read'>): ReadLog =>
  async (topic, partition, offset) =>
    broker.read(topic, partition, offset, { recordsMax: pageRecords, bytesMax: pageBytes });

/** Returns the dead letters of the embedded queue. No other process reads them, so that they need no release. */
export function storedDeadMessages(queue: Pick<Queue, 'deadLetters' | 'redrive'>): DeadMessages {
  return {
    list: async () =>
      queue.deadLetters().map(({ id, reason, body }) => ({ id: String(id), reason, ...redrivenFor(body) })),
    redrive: async (id) => queue.redrive(Number(id)),
    release: async () => {},
  };
}

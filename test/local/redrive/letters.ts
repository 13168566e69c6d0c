import { deadLetter } from '../../../functions/shared/log/dead-letter.ts';
import type { Layout } from '../../../functions/shared/log/layout.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { type Topic, topics } from '../../../functions/shared/log/topics.ts';
import type { RedrivePorts } from '../../../local/redrive/redrive.ts';
import { MemoryLog, MemoryObjects, memoryPorts } from '../../support/memory-ports.ts';

export interface TestPorts extends RedrivePorts {
  readonly eventLog: MemoryLog;
  readonly objects: MemoryObjects;
}

/** Ports whose log is read in pages of `pageRecords`. */
export function redrivePorts(pageRecords = 1_000, partitions: Partial<Layout['partitions']> = {}): TestPorts {
  const { layout } = memoryPorts();
  const eventLog = new MemoryLog();
  return {
    eventLog,
    objects: new MemoryObjects(),
    layout: { ...layout, partitions: { ...layout.partitions, ...partitions } },
    readLog: async (topic, partition, offset) =>
      eventLog
        .records(topic, partition)
        .filter((record) => record.offset >= offset)
        .slice(0, pageRecords),
  };
}

export interface TestLetter {
  readonly value: string;
  readonly stage: string;
  readonly reason: string;
  /** The position of the record in its topic. */
  readonly topic?: Topic;
  readonly partition?: number;
  readonly offset?: number;
  readonly appendedMs?: number;
  readonly headers?: LogRecord['headers'];
  /** The partition of the dead letters. */
  readonly into?: number;
  /** A value of false makes a letter without a position, which none of our stages writes. */
  readonly isNumbered?: boolean;
  /** Headers that replace those of the letter. */
  readonly letterHeaders?: LogRecord['headers'];
}

/** Makes a dead letter of a record, as a stage does. */
export function addLetter(ports: TestPorts, letter: TestLetter): void {
  const { topic = topics.samples, partition = 0, offset = 0, appendedMs = 1, headers = {}, into = 0 } = letter;
  const value = Buffer.from(letter.value);
  const record = { topic, partition, offset, timestampMs: appendedMs, key: 'prod/host/node-a', value, headers };
  const { stage, reason } = letter;
  const put = deadLetter(record, stage, reason, 'why');
  const position = { [header.position]: `${stage}/${topic}/${partition} 0 ${offset} 0` };
  void ports.eventLog.append([
    {
      topic: topics.deadLetters,
      partition: into,
      key: put.key,
      value,
      headers: {
        ...put.headers,
        ...(letter.isNumbered === false ? {} : position),
        [header.sourceTime]: String(appendedMs),
        ...letter.letterHeaders,
      },
    },
  ]);
}

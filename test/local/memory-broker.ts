import type { LogRecord, OutgoingRecord } from '../../functions/shared/log/record.ts';
import type { Broker, ReadLimits } from '../../functions/shared/ports/broker.ts';
import { MemoryLog, StillClock } from '../support/memory-ports.ts';

/** The log in memory, with the methods of a broker. Commits stay after a restart of the poller. */
export class MemoryBroker implements Broker {
  readonly log = new MemoryLog();
  readonly commits = new Map<string, number>();

  async append(...records: readonly Partial<OutgoingRecord>[]): Promise<void> {
    const blank = { topic: 'offbeat.beats', partition: 0, key: null, value: Buffer.from('{}'), headers: {} };
    await this.log.append(records.map((record) => ({ ...blank, ...record })));
  }

  read(topic: string, partition: number, offset: number, { recordsMax }: ReadLimits): readonly LogRecord[] {
    const records = this.log.records(topic, partition);
    return records.filter((record) => record.offset >= offset).slice(0, recordsMax);
  }

  committed(group: string, topic: string, partition: number): number {
    return this.commits.get(`${group} ${topic}/${partition}`) ?? 0;
  }

  commit(group: string, topic: string, partition: number, nextOffset: number): void {
    this.commits.set(`${group} ${topic}/${partition}`, nextOffset);
  }

  endOffset(topic: string, partition: number): number {
    return this.log.records(topic, partition).length;
  }
}

/** A clock that the test moves. */
export class ManualClock extends StillClock {
  /** Replaces a sleep: moves the clock, and resolves at once. */
  readonly sleep = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted();
    this.timeMs += ms;
  };
}

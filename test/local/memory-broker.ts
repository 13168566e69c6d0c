import type { LogRecord, OutgoingRecord } from '../../functions/shared/log/record.ts';
import type { Broker, ReadLimits } from '../../functions/shared/ports/broker.ts';
import { MemoryLog, StillClock } from '../support/memory-ports.ts';

/** The log in memory, read as a consumer group reads it; a restart of the poller keeps what was committed. */
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

/** Time that passes only when told. */
export class ManualClock extends StillClock {
  /** Stands in for sleeping: the time is over at once. */
  readonly sleep = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted();
    this.timeMs += ms;
  };
}

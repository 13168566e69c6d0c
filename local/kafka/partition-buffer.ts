import type { LogRecord } from '../../functions/shared/log/record.ts';
import type { DecodedBatches } from './decode.ts';

/** Two batches: one that is handled, and one that is ready when it is done. */
const recordsMin = 20_000;
const bytesMin = 8_000_000;

/** What was fetched of one partition and is not committed yet: a batch that failed is read again from here. */
export class PartitionBuffer {
  readonly topic: string;
  readonly partition: number;
  #records: LogRecord[] = [];
  #bytes = 0;
  #committed: number;
  #fetchOffset: number;

  /** @param nextOffset the first one the group wants */
  constructor(topic: string, partition: number, nextOffset: number) {
    this.topic = topic;
    this.partition = partition;
    this.#committed = nextOffset;
    this.#fetchOffset = nextOffset;
  }

  /** The next offset the group wants. */
  get committed(): number {
    return this.#committed;
  }

  get fetchOffset(): number {
    return this.#fetchOffset;
  }

  /** Whether more should be fetched. */
  get needsRecords(): boolean {
    return this.#records.length < recordsMin && this.#bytes < bytesMin;
  }

  /** @param decoded read from `fetchOffset` on, as it was when the fetch began */
  add({ records, nextOffset }: DecodedBatches): void {
    for (const record of records) {
      if (record.offset < this.#fetchOffset) continue;
      this.#records.push(record);
      this.#bytes += bytesOf(record);
    }
    this.#fetchOffset = Math.max(this.#fetchOffset, nextOffset);
  }

  /**
   * Records from `offset` on, in order.
   * @param bytesMax of keys and values together; one record comes in any case
   */
  read(offset: number, recordsMax: number, bytesMax: number): readonly LogRecord[] {
    const from = this.#indexOf(offset);
    let to = from;
    let bytes = 0;
    for (; to < this.#records.length && to - from < recordsMax; to += 1) {
      bytes += bytesOf(this.#records[to]!);
      if (bytes > bytesMax && to > from) break;
    }
    return this.#records.slice(from, to);
  }

  /** Forgets what is before `nextOffset`; never goes back. */
  commit(nextOffset: number): void {
    if (nextOffset <= this.#committed) return;
    this.#committed = nextOffset;
    this.#fetchOffset = Math.max(this.#fetchOffset, nextOffset);
    for (const record of this.#records.splice(0, this.#indexOf(nextOffset))) this.#bytes -= bytesOf(record);
  }

  /** The first record at or after `offset`; the length where there is none. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#records[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const bytesOf = ({ key, value }: LogRecord): number => (key?.length ?? 0) + (value?.length ?? 0);

import type { LogRecord } from '../../functions/shared/log/record.ts';
import type { DecodedBatches } from './decode.ts';

/** The least records to have: two batches, one in progress and the next one. */
const recordsMin = 20_000;
/** The least bytes to have, for the same two batches. */
const bytesMin = 8_000_000;

/** The records of one partition that were fetched and are not committed. A batch that failed is read again from here. */
export class PartitionBuffer {
  readonly topic: string;
  readonly partition: number;
  #records: LogRecord[] = [];
  #bytes = 0;
  #committed: number;
  #fetchOffset: number;

  /** @param nextOffset the first offset that the group wants */
  constructor(topic: string, partition: number, nextOffset: number) {
    this.topic = topic;
    this.partition = partition;
    this.#committed = nextOffset;
    this.#fetchOffset = nextOffset;
  }

  /** The next offset that the group wants. */
  get committed(): number {
    return this.#committed;
  }

  /** The next offset to fetch. */
  get fetchOffset(): number {
    return this.#fetchOffset;
  }

  /** Indicates whether more records should be fetched. */
  get needsRecords(): boolean {
    return this.#records.length < recordsMin && this.#bytes < bytesMin;
  }

  /** Adds fetched records. @param decoded the records from that `fetchOffset` on which the buffer had when the fetch began */
  add({ records, nextOffset }: DecodedBatches): void {
    for (const record of records) {
      if (record.offset < this.#fetchOffset) continue;
      this.#records.push(record);
      this.#bytes += bytesOf(record);
    }
    this.#fetchOffset = Math.max(this.#fetchOffset, nextOffset);
  }

  /**
   * Returns records from `offset` on, in order.
   * @param bytesMax the limit for the bytes of keys and values together; one record is returned in any case
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

  /** Removes the records before `nextOffset`. A lower offset than before changes nothing. */
  commit(nextOffset: number): void {
    if (nextOffset <= this.#committed) return;
    this.#committed = nextOffset;
    this.#fetchOffset = Math.max(this.#fetchOffset, nextOffset);
    for (const record of this.#records.splice(0, this.#indexOf(nextOffset))) this.#bytes -= bytesOf(record);
  }

  /** Returns the index of the first record at or after `offset`; the number of records if there is none. */
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

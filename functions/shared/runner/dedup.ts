import { dayMs } from '../domain/durations.ts';
import { PartitionStoppedError } from '../domain/errors.ts';
import { byKey } from '../domain/order.ts';
import { isAbove, type Position, parsePosition } from '../domain/position.ts';
import { header, type LogRecord } from '../domain/record.ts';

/** The runner's own block beside the step's: which records of which producer were counted. */
export const dedupBlock = 'runner';

/** Ids of records without a position are remembered this long, by broker time. */
const idMemoryMs = dayMs;

interface HighWater extends Omit<Position, 'producer'> {
  readonly sourceMs: number;
  /** The reader's epoch when it was noted. */
  readonly readerEpoch: number;
}

/** Who counts: a stage, and the epoch of its ledger item, which `new-epoch` raises. */
export interface Reader {
  readonly stage: string;
  readonly epoch: number;
}

export type Novelty = 'new' | 'duplicate position' | 'duplicate id';

/** What was counted of one partition: the highest position of each producer, and the ids of records without one. */
export class Dedup {
  readonly #highWaters: Map<string, HighWater>;
  readonly #ids: Map<string, number>;

  constructor(bytes?: Uint8Array) {
    const stored = bytes === undefined ? undefined : decode(bytes);
    this.#highWaters = new Map(stored?.highWaters);
    this.#ids = new Map(stored?.ids);
  }

  /**
   * Whether `record` was counted before; remembers it as counted.
   * @throws {PartitionStoppedError} if a position starts over though the record is newer than all counted, unless
   *   `new-epoch` was run for the reader since it last counted a record of that producer
   */
  admit(record: LogRecord, reader: Reader): Novelty {
    const text = record.headers[header.position];
    const position = text === undefined ? undefined : parsePosition(text);
    if (position !== undefined) return this.#admitPosition(record, position, reader);
    const id = record.headers[header.id];
    return id === undefined ? 'new' : this.#admitId(record, id);
  }

  #admitPosition(record: LogRecord, position: Position, reader: Reader): Novelty {
    const sourceMs = Number(record.headers[header.sourceTime] ?? record.timestampMs);
    const { producer, epoch, number, ordinal } = position;
    const seen = this.#highWaters.get(producer);
    if (seen === undefined || isAbove(position, seen)) {
      const newestMs = Math.max(sourceMs, seen?.sourceMs ?? 0);
      this.#highWaters.set(producer, { epoch, number, ordinal, sourceMs: newestMs, readerEpoch: reader.epoch });
      return 'new';
    }
    // A replay is allowed to be fed again: its positions are lines of a file, which never start over.
    if (sourceMs > seen.sourceMs && !producer.startsWith('replay/')) {
      if (reader.epoch > seen.readerEpoch) {
        this.#highWaters.set(producer, { epoch, number, ordinal, sourceMs, readerEpoch: reader.epoch });
        return 'new';
      }
      throw new PartitionStoppedError(
        `${record.topic}/${record.partition} at offset ${record.offset}: ${producer} started over at ` +
          `${epoch}.${number}.${ordinal}, below ${seen.epoch}.${seen.number}.${seen.ordinal}, with newer records; ` +
          `the topic it reads was made anew, and its ledger lost: run "npx offbeat new-epoch ${reader.stage}"`,
      );
    }
    return 'duplicate position';
  }

  #admitId(record: LogRecord, id: string): Novelty {
    if (this.#ids.has(id)) return 'duplicate id';
    for (const [old, seenMs] of this.#ids) {
      if (seenMs >= record.timestampMs - idMemoryMs) break;
      this.#ids.delete(old);
    }
    this.#ids.set(id, record.timestampMs);
    return 'new';
  }

  /** The same bytes for the same memory, whatever the order in which producers were met. */
  encode(): Uint8Array {
    const highWaters = [...this.#highWaters].sort(byKey);
    return Buffer.from(JSON.stringify({ version: 1, highWaters, ids: [...this.#ids] }));
  }
}

function decode(bytes: Uint8Array): { highWaters: [string, HighWater][]; ids: [string, number][] } {
  const stored = JSON.parse(Buffer.from(bytes).toString());
  if (stored.version !== 1) {
    throw new PartitionStoppedError(`positions of version ${stored.version}: this Offbeat reads version 1; update it`);
  }
  return stored;
}

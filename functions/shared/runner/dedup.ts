import { dayMs } from '../domain/durations.ts';
import { PartitionStoppedError } from '../domain/errors.ts';
import { byKey } from '../domain/order.ts';
import { isAbove, isPassing, type Position, parsePosition } from '../log/position.ts';
import { header, type LogRecord } from '../log/record.ts';

/** The name of the runner's own block beside those of the step. It holds what {@link Dedup} remembers. */
export const dedupBlock = 'runner';
const version = 2;

/** Milliseconds for which the ids of records without a position (commands) are remembered, by append time. */
const idMemoryMs = dayMs;
/**
 * The number of ids that are remembered; beyond it the oldest are forgotten. A command that is counted twice then has
 * the effect of one.
 */
export const idsMax = 10_000;

/** Milliseconds for which the position of a replay or redrive is remembered after its last record, by log time. */
const passingMemoryMs = 8 * dayMs;

/**
 * The number of replays and redrives that are remembered; beyond it the quarter that was counted longest ago is
 * forgotten. There is a limit because every client that may write to `beats` can invent their names.
 */
export const passingMax = 10_000;
const passingForgottenShare = 0.25;

/** The highest position of a producer that was counted. */
interface HighWater extends Omit<Position, 'producer'> {
  /** The newest append time of the records from which the producer made its records, ms. */
  readonly sourceMs: number;
  /** The log time at which its last record was counted, ms. */
  readonly countedMs: number;
  /** The reader's epoch at that time. */
  readonly readerEpoch: number;
}

/** A stage that counts records, with the epoch of its ledger item. `new-epoch` raises the epoch. */
export interface Reader {
  readonly stage: string;
  readonly epoch: number;
}

interface Memory {
  /**
   * The log time, ms: the newest append time of all records so far. It never goes back, although a broker's clock may.
   */
  readonly newestMs: number;
  readonly highWaters: readonly (readonly [producer: string, HighWater])[];
  readonly ids: readonly (readonly [id: string, seenMs: number])[];
}

export type Novelty = 'new' | 'duplicate position' | 'duplicate id';

/**
 * A memory of the records of one partition that were counted: each producer's highest position, and ids of commands.
 */
export class Dedup {
  readonly #highWaters: Map<string, HighWater>;
  readonly #ids: Map<string, number>;
  #newestMs: number;

  constructor(bytes?: Uint8Array) {
    const stored = bytes === undefined ? undefined : decode(bytes);
    this.#newestMs = stored?.newestMs ?? 0;
    this.#highWaters = new Map(stored?.highWaters);
    this.#ids = new Map(stored?.ids);
  }

  /**
   * Returns whether a record is new, and remembers it as counted. Invariant COUNTED-ONCE.
   * @throws {PartitionStoppedError} if a position starts over though the record is newer than all counted, unless
   *   `new-epoch` was run for the reader since it last counted a record of that producer
   */
  admit(record: LogRecord, reader: Reader): Novelty {
    this.#newestMs = Math.max(this.#newestMs, record.timestampMs);
    const text = record.headers[header.position];
    const position = text === undefined ? undefined : parsePosition(text);
    if (position !== undefined) return this.#admitPosition(record, position, reader);
    const id = record.headers[header.id];
    return id === undefined ? 'new' : this.#admitId(record, id);
  }

  #admitPosition(record: LogRecord, position: Position, reader: Reader): Novelty {
    const sourceMs = Number(record.headers[header.sourceTime] ?? record.timestampMs);
    const { producer, epoch, number, ordinal } = position;
    const seen = this.#remembered(producer);
    const now = { countedMs: this.#newestMs, readerEpoch: reader.epoch };
    if (seen === undefined || isAbove(position, seen)) {
      if (seen === undefined && isPassing(producer)) this.#limitPassing();
      const newestSourceMs = Math.max(sourceMs, seen?.sourceMs ?? 0);
      this.#highWaters.set(producer, { epoch, number, ordinal, sourceMs: newestSourceMs, ...now });
      return 'new';
    }
    // A replay may be run again, and a redrive that was stopped sends again. Neither means that a topic was recreated.
    if (sourceMs > seen.sourceMs && !isPassing(producer)) {
      if (reader.epoch > seen.readerEpoch) {
        this.#highWaters.set(producer, { epoch, number, ordinal, sourceMs, ...now });
        return 'new';
      }
      throw new PartitionStoppedError(
        `${record.topic}/${record.partition} at offset ${record.offset}: ${producer} started over at ` +
          `${epoch}.${number}.${ordinal}, below ${seen.epoch}.${seen.number}.${seen.ordinal}, with newer records; ` +
          `the topic it reads was recreated, and its ledger was lost: run "npx offbeat new-epoch ${reader.stage}"`,
      );
    }
    return 'duplicate position';
  }

  /** Returns the highest position of a producer, unless it expired: an expired one has no effect, deleted or not. */
  #remembered(producer: string): HighWater | undefined {
    const seen = this.#highWaters.get(producer);
    return seen === undefined || this.#isExpired(producer, seen) ? undefined : seen;
  }

  #isExpired(producer: string, { countedMs }: HighWater): boolean {
    return countedMs < this.#newestMs - passingMemoryMs && isPassing(producer);
  }

  /**
   * Deletes positions of replays and redrives if the limit is reached: the expired first, so that they have no effect.
   */
  #limitPassing(): void {
    if (this.#highWaters.size < passingMax) return;
    this.#forgetExpired();
    const passing = [...this.#highWaters].filter(([producer]) => isPassing(producer));
    if (passing.length < passingMax) return;
    passing.sort((a, b) => a[1].countedMs - b[1].countedMs || byKey(a, b));
    for (const [producer] of passing.slice(0, passingForgottenShare * passingMax)) this.#highWaters.delete(producer);
  }

  #forgetExpired(): void {
    for (const [producer, seen] of this.#highWaters) {
      if (this.#isExpired(producer, seen)) this.#highWaters.delete(producer);
    }
  }

  #admitId(record: LogRecord, id: string): Novelty {
    if (this.#ids.has(id)) return 'duplicate id';
    for (const [old, seenMs] of this.#ids) {
      if (seenMs >= record.timestampMs - idMemoryMs && this.#ids.size < idsMax) break;
      this.#ids.delete(old);
    }
    this.#ids.set(id, record.timestampMs);
    return 'new';
  }

  /** Returns the memory as bytes. They do not depend on the order in which producers appeared. */
  encode(): Uint8Array {
    this.#forgetExpired();
    const highWaters = [...this.#highWaters].sort(byKey);
    const memory: Memory = { newestMs: this.#newestMs, highWaters, ids: [...this.#ids] };
    return Buffer.from(JSON.stringify({ version, ...memory }));
  }
}

function decode(bytes: Uint8Array): Memory {
  const stored = JSON.parse(Buffer.from(bytes).toString());
  if (stored.version !== version) {
    throw new PartitionStoppedError(
      `the block "${dedupBlock}" has version ${stored.version}: this Offbeat reads version ${version}; ` +
        'run the Offbeat that wrote it, or start with an empty ledger and object store',
    );
  }
  return stored;
}

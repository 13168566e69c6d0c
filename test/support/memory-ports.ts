import { FencedError, UnavailableError } from '../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import type { LogRecord, OutgoingRecord } from '../../functions/shared/log/record.ts';
import { messageBytesMax, type Topic } from '../../functions/shared/log/topics.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { EventLog, RecordCounts, RefusedAppend } from '../../functions/shared/ports/event-log.ts';
import {
  freshLedgerItem,
  type Ledger,
  type LedgerDecision,
  type LedgerItem,
  type LedgerKey,
} from '../../functions/shared/ports/ledger.ts';
import type { ObjectStore } from '../../functions/shared/ports/objects.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';

/** The smallest ledger that keeps the port's promises. */
export class MemoryLedger implements Ledger {
  readonly items = new Map<string, { key: LedgerKey; item: LedgerItem }>();

  async read(key: LedgerKey): Promise<LedgerItem> {
    return this.#stored(key);
  }

  async advance(key: LedgerKey, from: LedgerItem, to: LedgerDecision): Promise<LedgerItem> {
    const stored = this.#stored(key);
    if (stored.attempt === to.attempt) return stored;
    this.#expect(key, from);
    return this.#store(key, { ...to, epoch: from.epoch, txn: from.txn + 1 });
  }

  async clearPending(key: LedgerKey, object: string): Promise<void> {
    const stored = this.#stored(key);
    if (stored.pending === object) this.#store(key, { ...stored, pending: null });
  }

  async raiseEpoch(
    key: LedgerKey,
    from: LedgerItem,
    to: Pick<LedgerItem, 'nextOffset' | 'newestRecordMs'>,
  ): Promise<LedgerItem> {
    const stored = this.#expect(key, from);
    return this.#store(key, { ...stored, ...to, epoch: stored.epoch + 1 });
  }

  async keys(): Promise<readonly LedgerKey[]> {
    return [...this.items.values()].map(({ key }) => key);
  }

  /** Replaces an item, as a restore from backup does. */
  restore(key: LedgerKey, item: LedgerItem): void {
    this.#store(key, item);
  }

  #stored(key: LedgerKey): LedgerItem {
    return this.items.get(name(key))?.item ?? freshLedgerItem;
  }

  #expect(key: LedgerKey, from: LedgerItem): LedgerItem {
    const stored = this.#stored(key);
    if (stored.txn !== from.txn || stored.epoch !== from.epoch) {
      throw new FencedError(`${name(key)}: expected ${from.epoch}.${from.txn}, stored ${stored.epoch}.${stored.txn}`);
    }
    return stored;
  }

  #store(key: LedgerKey, item: LedgerItem): LedgerItem {
    this.items.set(name(key), { key, item: structuredClone(item) });
    return item;
  }
}

function name({ stage, topic, partition }: LedgerKey): string {
  return `${stage} ${topic}/${partition}`;
}

export class MemoryObjects implements ObjectStore {
  readonly objects = new Map<string, Buffer>();

  async put(object: string, bytes: Buffer): Promise<void> {
    const stored = this.objects.get(object);
    if (stored !== undefined && !stored.equals(bytes)) throw new Error(`${object} exists with other bytes`);
    this.objects.set(object, Buffer.from(bytes));
  }

  async get(object: string): Promise<Buffer | undefined> {
    return this.objects.get(object);
  }

  async list(prefix: string, after = ''): Promise<readonly string[]> {
    return [...this.objects.keys()].filter((object) => object.startsWith(prefix) && object > after).sort();
  }

  async delete(names: readonly string[]): Promise<void> {
    for (const object of names) this.objects.delete(object);
  }
}

/**
 * The smallest event log. Broker time is a count of appends: later records have later times, and nothing depends on the
 * wall clock.
 */
export class MemoryLog implements EventLog, RecordCounts {
  readonly partitions = new Map<string, LogRecord[]>();
  readonly #purged = new Map<string, number>();
  #timeMs = 1_000_000;

  async append(records: readonly OutgoingRecord[]): Promise<readonly RefusedAppend[]> {
    const refused: RefusedAppend[] = [];
    for (const [index, record] of records.entries()) {
      const bytesMax = messageBytesMax[record.topic as Topic];
      if (bytesMax === undefined) throw new UnavailableError(`unknown topic ${record.topic}`);
      if (record.value.length > bytesMax) refused.push({ index, reason: 'message too large' });
      else this.#push(record);
    }
    return refused;
  }

  #push(record: OutgoingRecord): void {
    const records = this.records(record.topic, record.partition);
    this.#timeMs += 1;
    const offset = records.length + (this.#purged.get(`${record.topic}/${record.partition}`) ?? 0);
    records.push({ ...record, offset, timestampMs: this.#timeMs });
  }

  async earliestOffset(topic: string, partition: number): Promise<number> {
    return this.#purged.get(`${topic}/${partition}`) ?? 0;
  }

  async countSince(topic: string, partition: number, sinceMs: number): Promise<number> {
    return this.records(topic, partition).filter(({ timestampMs }) => timestampMs >= sinceMs).length;
  }

  records(topic: string, partition = 0): LogRecord[] {
    const place = `${topic}/${partition}`;
    const records = this.partitions.get(place) ?? [];
    this.partitions.set(place, records);
    return records;
  }

  /** Removes the first `count` records, as a broker's retention does. */
  expire(topic: string, partition: number, count: number): void {
    this.records(topic, partition).splice(0, count);
    this.#purged.set(`${topic}/${partition}`, (this.#purged.get(`${topic}/${partition}`) ?? 0) + count);
  }
}

/** A wall clock that a test moves. Jitter gives its longest wait. */
export class StillClock implements Clock {
  timeMs = 1_000_000;

  nowMs(): number {
    return this.timeMs;
  }

  random(): number {
    return 1;
  }
}

/** Returns the ports that a runner needs, in memory, with default settings. */
export function memoryPorts() {
  return {
    settings: defaultSettings,
    layout: defaultLayout,
    ledger: new MemoryLedger(),
    objects: new MemoryObjects(),
    eventLog: new MemoryLog(),
    telemetry: silentTelemetry,
    clock: new StillClock(),
  };
}

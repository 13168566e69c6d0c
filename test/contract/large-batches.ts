import { beforeEach, describe, expect, it } from 'vitest';
import { createDetect } from '../../functions/detect/handler.ts';
import { DetectState } from '../../functions/detect/state.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { type Sample, sampleVersion } from '../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { tickVersion } from '../../functions/shared/domain/signal.ts';
import type { Summary } from '../../functions/shared/domain/summary.ts';
import { encodeKafkaEvent, type KafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import { header, type LogRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { EventLog } from '../../functions/shared/ports/event-log.ts';
import type { Ledger, LedgerKey } from '../../functions/shared/ports/ledger.ts';
import type { ObjectStore } from '../../functions/shared/ports/objects.ts';
import { loadBlocks } from '../../functions/shared/runner/state-blocks.ts';
import { payloadBytesMax, withinPayload } from '../../local/lambda/partition-poller.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { MemoryLog, memoryPorts } from '../support/memory-ports.ts';

export interface OpenedStores {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
}

const key: LedgerKey = { stage: 'detect', topic: topics.samples, partition: 0 };
const startMs = 1_700_000_040_000;
/** The most bytes that Lambda hands over at once. */
const batchSizeMax = 10_000;

/** Returns a sample of host `host-<nth>`. */
function sampleAt(offset: number, nth: number, timestampMs: number, metrics: readonly string[]): LogRecord {
  const sample: Sample = {
    entity: { cluster: 'c', kind: 'host', name: `host-${nth}` },
    timestampMs,
    dataset: 'system.cpu',
    dimensions: {},
    measurements: Object.fromEntries(metrics.map((metric) => [metric, nth / 7])),
    source: 'metricbeat',
  };
  return recordAt(offset, sampleVersion, sample);
}

function recordAt(offset: number, schema: string, value: object): LogRecord {
  return {
    topic: topics.samples,
    partition: 0,
    offset,
    timestampMs: startMs + offset,
    key: null,
    value: Buffer.from(JSON.stringify(value)),
    headers: { [header.schema]: schema, [header.lane]: '0/1' },
  };
}

/** Returns one sample for each of so many hosts, all of which are new. */
const hosts = (count: number, metrics: readonly string[]): LogRecord[] =>
  Array.from({ length: count }, (_, nth) => sampleAt(nth, nth, startMs, metrics));

/** Returns the tick that closes the minute of {@link hosts}. */
const tickAt = (offset: number): LogRecord =>
  recordAt(offset, tickVersion, { scope: 'live', timeMs: startMs + 120_000 });

/**
 * Defines the tests of the largest events that Lambda hands over, through the `detect` function with a ledger and an
 * object store.
 */
export function describeLargeBatches(name: string, open: () => Promise<OpenedStores>): void {
  describe(`the largest batches on ${name}`, () => {
    let stores: OpenedStores;
    let eventLog: MemoryLog;
    beforeEach(async () => {
      stores = await open();
      eventLog = new MemoryLog();
    });

    /** Creates a new container of the function, which has nothing in memory but what is stored. */
    const hand = (event: KafkaEvent, log: EventLog = eventLog): Promise<void> =>
      createDetect({ ...memoryPorts(), ...stores, eventLog: log })(event, lambdaContext());

    async function seriesHeld(): Promise<number> {
      const item = await stores.ledger.read(key);
      return new DetectState(await loadBlocks(key, item, stores), defaultSettings).table.seriesCount;
    }

    const summarised = (): string[] =>
      eventLog
        .records(topics.summaries)
        .map(({ value }) => (JSON.parse(String(value)) as Summary).entity.name)
        .sort();

    const everyHost = (count: number): string[] => Array.from({ length: count }, (_, nth) => `host-${nth}`).sort();

    it('of 10,000 records are counted once, however often they are delivered', async () => {
      const event = encodeKafkaEvent(hosts(batchSizeMax, ['system.cpu.total.norm.pct']));
      for (let time = 0; time < 2; time += 1) await hand(event);
      expect(await seriesHeld()).toBe(batchSizeMax);
      expect(await stores.ledger.read(key)).toMatchObject({ txn: 1, nextOffset: batchSizeMax, pending: null });
    });

    it('of 6 MB are counted once, however often they are delivered', async () => {
      // With shorter names they would be more series than a partition has.
      const metrics = Array.from({ length: 30 }, (_, nth) => `some.metric.${'with.a.long.name.'.repeat(5)}${nth}`);
      const records = withinPayload(hosts(batchSizeMax, metrics));
      const event = encodeKafkaEvent(records);
      expect(JSON.stringify(event).length).toBeGreaterThan(0.95 * payloadBytesMax);
      for (let time = 0; time < 2; time += 1) await hand(event);
      expect(await seriesHeld()).toBe(records.length * metrics.length);
      expect(await stores.ledger.read(key)).toMatchObject({ txn: 1, nextOffset: records.length, pending: null });
    });

    it('may have more than 10,000 effects, each of which is sent once', async () => {
      await hand(encodeKafkaEvent(hosts(batchSizeMax, ['system.cpu.total.norm.pct'])));
      const closing = encodeKafkaEvent([tickAt(batchSizeMax)]);
      for (let time = 0; time < 2; time += 1) await hand(closing);
      expect(summarised()).toEqual(everyHost(batchSizeMax));
      expect(eventLog.records(topics.signals)).toHaveLength(1);
      expect((await stores.ledger.read(key)).pending).toBeNull();
    });

    it('whose effects were not accepted are sent whole by the next container', async () => {
      await hand(encodeKafkaEvent(hosts(batchSizeMax, ['system.cpu.total.norm.pct'])));
      const broken: EventLog = {
        earliestOffset: async () => 0,
        append: async () => {
          throw new UnavailableError('the broker is gone');
        },
      };
      const closing = encodeKafkaEvent([tickAt(batchSizeMax)]);
      await expect(hand(closing, broken)).rejects.toThrow('the broker is gone');
      expect((await stores.ledger.read(key)).pending).not.toBeNull();
      await hand(closing);
      expect(summarised()).toEqual(everyHost(batchSizeMax));
      expect((await stores.ledger.read(key)).pending).toBeNull();
    });
  });
}

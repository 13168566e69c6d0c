import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import type { Anomaly } from '../../functions/shared/domain/anomaly.ts';
import { measurementId } from '../../functions/shared/domain/ids.ts';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import type {
  Warehouse,
  WarehouseDocument,
  WarehouseQuery,
  WarehouseWrite,
} from '../../functions/shared/ports/warehouse.ts';
import { alertDocument } from '../../functions/shared/warehouse/alert-document.ts';
import { anomalyDocument } from '../../functions/shared/warehouse/anomaly-document.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';
import { summaryDocument } from '../../functions/shared/warehouse/summary-document.ts';
import { unique } from './unique.ts';

export interface OpenedWarehouse {
  readonly warehouse: Warehouse;
  /** Makes what was written findable, where that takes time. */
  settle?(): Promise<void>;
  close?(): Promise<void>;
}

const startMs = Date.parse('2026-11-23T15:00:00Z');

/** What every warehouse promises, of documents as persist makes them. */
export function describeWarehouse(name: string, open: () => Promise<OpenedWarehouse>): void {
  describe(`the warehouse on ${name}`, () => {
    let opened: OpenedWarehouse;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close?.());

    const write = (...writes: readonly WarehouseWrite[]) => opened.warehouse.write(writes);

    async function search(query: Partial<WarehouseQuery> = {}): Promise<readonly WarehouseDocument[]> {
      await opened.settle?.();
      return opened.warehouse.search({ family: 'offbeat-samples', order: 'oldest first', limit: 10_000, ...query });
    }

    const searchCluster = (cluster: string, query: Partial<WarehouseQuery> = {}) =>
      search({ ...query, match: { 'offbeat.entity.cluster': cluster, ...query.match } });

    describe('a document that is created', () => {
      it('is given back as it was written', async () => {
        const cluster = unique('prod');
        const written = sampleWrite({ entity: { cluster, kind: 'host', name: 'Größe "x" \\ 🚀' } });
        expect(await write(written)).toEqual([]);
        expect(await searchCluster(cluster)).toEqual([written.document]);
      });

      it('stays as it is when its id comes again', async () => {
        const cluster = unique('prod');
        const first = sampleWrite({ entity: host(cluster) });
        const second = { ...first, document: { ...first.document, 'agent.type': 'another' } };
        expect(await write(first)).toEqual([]);
        expect(await write(second, second)).toEqual([]);
        expect(await searchCluster(cluster)).toEqual([first.document]);
      });

      it('is the first of two with one id in one batch', async () => {
        const cluster = unique('prod');
        const first = sampleWrite({ entity: host(cluster) });
        expect(await write(first, { ...first, document: { ...first.document, 'agent.type': 'another' } })).toEqual([]);
        expect(await searchCluster(cluster)).toEqual([first.document]);
      });

      it('is another one than that of the same id in another family', async () => {
        const cluster = unique('prod');
        const sample = sampleWrite({ entity: host(cluster) });
        const summary = { ...summaryWrite(cluster), id: sample.id };
        expect(await write(sample, summary)).toEqual([]);
        expect(await searchCluster(cluster)).toEqual([sample.document]);
        expect(await searchCluster(cluster, { family: 'offbeat-summaries' })).toEqual([summary.document]);
      });
    });

    describe('a document with a version', () => {
      it('ends at the highest, in whatever order and batches they come', async () => {
        const versions = fc.array(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }), {
          minLength: 1,
          maxLength: 5,
        });
        await fc.assert(
          fc.asyncProperty(versions, async (batches) => {
            const cluster = unique('prod');
            const id = unique('anomaly');
            for (const batch of batches) {
              expect(await write(...batch.map((revision) => anomalyWrite(cluster, id, revision)))).toEqual([]);
            }
            const highest = Math.max(...batches.flat());
            const found = await searchCluster(cluster, { family: 'offbeat-anomalies' });
            expect(found).toEqual([anomalyWrite(cluster, id, highest).document]);
          }),
          { numRuns: 25 },
        );
      });

      it('is not changed by the same version with other content', async () => {
        const cluster = unique('prod');
        const first = anomalyWrite(cluster, unique('anomaly'), 3);
        const equal = { ...first, document: { ...first.document, 'event.reason': 'another' } };
        await write(first);
        expect(await write(equal)).toEqual([]);
        expect(await searchCluster(cluster, { family: 'offbeat-anomalies' })).toEqual([first.document]);
      });

      it('keeps lists, objects and truth values', async () => {
        const cluster = unique('prod');
        const alert = alertWrite(cluster, unique('alert'), true);
        await write(alert);
        expect(await searchCluster(cluster, { family: 'offbeat-alerts' })).toEqual([alert.document]);
      });
    });

    describe('a search', () => {
      it('finds nothing where nothing is', async () => {
        expect(await searchCluster(unique('none'))).toEqual([]);
      });

      it('wants every field that is named to have the very value', async () => {
        const cluster = unique('prod');
        const ids = { a: unique('anomaly'), b: unique('anomaly') };
        await write(anomalyWrite(cluster, ids.a, 1), anomalyWrite(cluster, ids.b, 2));
        const found = async (match: NonNullable<WarehouseQuery['match']>) =>
          (await searchCluster(cluster, { family: 'offbeat-anomalies', match })).map(
            (document) => document['offbeat.anomaly.id'],
          );
        expect(await found({ 'offbeat.anomaly.id': ids.a })).toEqual([ids.a]);
        expect(await found({ 'offbeat.anomaly.revision': 2 })).toEqual([ids.b]);
        expect(await found({ 'offbeat.anomaly.id': ids.a, 'offbeat.anomaly.revision': 2 })).toEqual([]);
        expect(await found({ 'offbeat.anomaly.id': ids.a.slice(0, -1) })).toEqual([]);
        expect(await found({ 'offbeat.anomaly.closed_because': 'back to normal' })).toEqual([]);
      });

      it('matches truth values', async () => {
        const cluster = unique('prod');
        const [told, silent] = [unique('alert'), unique('alert')];
        await write(alertWrite(cluster, told, true), alertWrite(cluster, silent, false));
        const match = { 'offbeat.alert.notify': false };
        const found = await searchCluster(cluster, { family: 'offbeat-alerts', match });
        expect(found.map((document) => document['offbeat.alert.id'])).toEqual([silent]);
      });

      it('takes from its first moment on, and not its last', async () => {
        const cluster = unique('prod');
        await write(...series(cluster, 5));
        const seconds = async (query: Partial<WarehouseQuery>) =>
          (await searchCluster(cluster, query)).map((document) => secondOf(document));
        expect(await seconds({ fromMs: startMs + 1_000, toMs: startMs + 3_000 })).toEqual([1, 2]);
        expect(await seconds({ fromMs: startMs + 3_000 })).toEqual([3, 4]);
        expect(await seconds({ toMs: startMs + 1 })).toEqual([0]);
        expect(await seconds({ fromMs: startMs + 2_000, toMs: startMs + 2_000 })).toEqual([]);
      });

      it('is in the order that is asked for, and no longer than the limit', async () => {
        const cluster = unique('prod');
        await write(...[3, 0, 4, 1, 2].map((nth) => series(cluster, 5)[nth]!));
        const seconds = async (query: Partial<WarehouseQuery>) =>
          (await searchCluster(cluster, query)).map((document) => secondOf(document));
        expect(await seconds({ order: 'oldest first' })).toEqual([0, 1, 2, 3, 4]);
        expect(await seconds({ order: 'newest first' })).toEqual([4, 3, 2, 1, 0]);
        expect(await seconds({ order: 'oldest first', limit: 2 })).toEqual([0, 1]);
        expect(await seconds({ order: 'newest first', limit: 2 })).toEqual([4, 3]);
      });

      it('finds a document of long ago, written today', async () => {
        const cluster = unique('prod');
        const old = sampleWrite({ entity: host(cluster), timestampMs: Date.parse('2019-02-28T23:59:59.999Z') });
        await write(old);
        expect(await searchCluster(cluster)).toEqual([old.document]);
      });
    });

    describe('a batch', () => {
      it('may be empty', async () => {
        expect(await write()).toEqual([]);
      });

      it('of 5,000 documents is counted once, though it comes twice', async () => {
        const batch = series(unique('prod'), 5_000);
        await opened.settle?.();
        const before = await opened.warehouse.count('offbeat-samples');
        expect(await write(...batch)).toEqual([]);
        expect(await write(...batch.toReversed())).toEqual([]);
        await opened.settle?.();
        expect(await opened.warehouse.count('offbeat-samples')).toBe(before + batch.length);
      });

      const { '@timestamp': _time, ...timeless } = sampleWrite({}).document;
      it.each<[string, Partial<WarehouseWrite>]>([
        ['whose time is no date', { document: { ...timeless, '@timestamp': 'yesterday' } }],
        ['with more fields than an index takes', { document: sampleWrite({ measurements: unknown(3_000) }).document }],
        ['with an id that is too long', { id: 'x'.repeat(513) }],
      ])('is written but for a document %s, which is refused by its index and a reason', async (_case, parts) => {
        const cluster = unique('prod');
        const [first, third] = series(cluster, 2);
        const refused = await write(first!, { ...sampleWrite({ entity: host(cluster) }), ...parts }, third!);
        expect(refused).toEqual([{ index: 1, reason: expect.stringMatching(/./) }]);
        expect(await searchCluster(cluster)).toEqual([first!.document, third!.document]);
      });
    });
  });
}

const host = (cluster: string) => ({ cluster, kind: 'host', name: 'node-a' }) as const;

function sampleWrite(parts: Partial<Sample>): WarehouseWrite {
  const sample: Sample = {
    entity: host('prod'),
    timestampMs: startMs,
    dataset: 'system.diskio',
    dimensions: { device: 'sda' },
    measurements: { 'system.diskio.read.bytes': 1_234_567_890, 'system.diskio.write.bytes': 0.1 },
    source: 'metricbeat',
    ...parts,
  };
  const { entity, dataset, dimensions, timestampMs } = sample;
  const id = measurementId(entity, dataset, dimensions, timestampMs);
  return { family: 'offbeat-samples', id, timeMs: timestampMs, document: sampleDocument.write(sample) };
}

/** One sample a second. */
const series = (cluster: string, count: number): WarehouseWrite[] =>
  Array.from({ length: count }, (_, second) =>
    sampleWrite({ entity: host(cluster), timestampMs: startMs + second * 1_000 }),
  );

const secondOf = (document: WarehouseDocument): number =>
  (Date.parse(String(document['@timestamp'])) - startMs) / 1_000;

/** Metrics that no catalogue knows. */
const unknown = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, nth) => [`acme.depth.${nth}`, nth]));

function summaryWrite(cluster: string): WarehouseWrite {
  const document = summaryDocument.write({
    entity: host(cluster),
    minuteMs: startMs,
    dataset: 'system.diskio',
    dimensions: { device: 'sda' },
    metrics: { 'system.diskio.write.bytes': { avg: 5, min: 1, max: 9, last: 4, count: 6, expected: 5, score: 0.5 } },
  });
  return { family: 'offbeat-summaries', id: unique('summary'), timeMs: startMs, document };
}

function anomalyWrite(cluster: string, id: string, revision: number): WarehouseWrite {
  const anomaly: Anomaly = {
    id,
    revision,
    state: 'open',
    series: { entity: host(cluster), metric: 'system.diskio.write.bytes', dimensions: { device: 'sda' } },
    dataset: 'system.diskio',
    startsAtMs: startMs,
    updatedAtMs: startMs + revision,
    peak: 2e8,
    expected: 1e6,
    lower: 0,
    upper: 3e6,
    unit: 'By/s',
    score: 0.99,
    zScore: 12.5,
    direction: 'up',
    detector: 'ewma',
    severity: 'warning',
    reason: 'writes on node-a/sda at 200 MB/s, expected 0 to 3 MB/s',
    scope: 'live',
  };
  const document = anomalyDocument.write(anomaly);
  return { family: 'offbeat-anomalies', id, timeMs: startMs, version: revision, document };
}

function alertWrite(cluster: string, id: string, notify: boolean): WarehouseWrite {
  const entity = host(cluster);
  const alert: Alert = {
    id,
    revision: 1,
    transition: 'opened',
    notify,
    status: 'open',
    severity: 'warning',
    title: 'node-a: disk writes',
    headline: 'writes on node-a/sda at 200 MB/s',
    entity,
    startsAtMs: startMs,
    updatedAtMs: startMs,
    anomalies: ['anomaly-1', 'anomaly-2'],
    suspects: [
      {
        entity,
        anomalyId: 'anomaly-1',
        series: { entity, metric: 'system.diskio.write.bytes', dimensions: { device: 'sda' } },
        startsAtMs: startMs,
        score: 0.99,
        why: 'first to be off',
      },
    ],
    labels: { team: 'storage' },
    annotations: { runbook: 'https://runbooks.example/disk' },
    trace: [{ atMs: startMs, stage: 'group', reason: 'first notification' }],
    scope: 'live',
  };
  return { family: 'offbeat-alerts', id, timeMs: startMs, version: 1, document: alertDocument.write(alert) };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newestItems, observationOf } from '../../../../functions/persist/inventory/inventory.ts';
import type { InventoryItem } from '../../../../functions/shared/domain/inventory.ts';
import type { Sample } from '../../../../functions/shared/domain/sample.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');

const server = (nth: number, parts: Partial<Sample> = {}): Sample => ({
  entity: { cluster: 'prod', kind: 'chunkserver', name: '50:9513' },
  timestampMs: startMs + nth * 10_000,
  dataset: 'moosefs.chunkserver',
  dimensions: {},
  measurements: { 'moosefs.chunkserver.connected': 1 },
  periodMs: 10_000,
  source: 'offbeat',
  ...parts,
});
const seen = (sample: Sample) => observationOf(sample, sample.timestampMs + 500)!;
const down = { measurements: { 'moosefs.chunkserver.connected': 0 } };

/** Returns the known items after some samples, read in batches. */
function knownAfter(...batches: readonly (readonly Sample[])[]): ReadonlyMap<string, InventoryItem> {
  const known = new Map<string, InventoryItem>();
  for (const batch of batches) {
    for (const [id, { item }] of newestItems(known, batch.map(seen))) known.set(id, item);
  }
  return known;
}
const onlyOf = (items: ReadonlyMap<string, InventoryItem>): InventoryItem => {
  expect(items.size).toBe(1);
  return [...items.values()][0]!;
};

describe('an observation', () => {
  it('has what its sample says, when it was appended, and the status that the document states', () => {
    const facts = {
      'moosefs.chunkserver.status': 'degraded',
      'moosefs.chunkserver.reason': '2 errors since it connected',
    };
    expect(seen(server(0, { facts })).item).toMatchObject({
      facts,
      role: 'server',
      status: 'degraded',
      reason: '2 errors since it connected',
      sinceMs: startMs,
      seenMs: startMs + 500,
    });
  });

  it.each<[string, string, Sample['measurements'], string, string | undefined]>([
    ['moosefs.chunkserver', 'connected', { 'moosefs.chunkserver.connected': 1 }, 'ok', undefined],
    ['moosefs.chunkserver', 'disconnected', down.measurements, 'down', 'disconnected from its master'],
    [
      'moosefs.chunkserver',
      'disconnected with errors',
      { ...down.measurements, 'moosefs.chunkserver.errors': 2 },
      'down',
      'disconnected from its master; 2 errors since it connected',
    ],
    [
      'kafka.topic',
      'a partition without a leader',
      { 'kafka.topic.partitions.offline': 2, 'kafka.topic.partitions.under_replicated': 0 },
      'degraded',
      '2 of its partitions have no leader',
    ],
    ['moosefs.disk', 'damaged', { 'moosefs.disk.damaged': 1 }, 'down', 'damaged'],
    [
      'kafka.partition',
      'a leader alone',
      { 'kafka.partition.partition.insync_replica': 0 },
      'degraded',
      'a replica does not keep up',
    ],
    [
      'kafka.consumergroup',
      'stopped',
      { 'kafka.consumergroup.stopped': 1 },
      'degraded',
      'messages arrive, and it commits nothing',
    ],
    ['msk.cluster', 'deleted', { 'msk.cluster.up': 0 }, 'down', 'it does not serve'],
    ['msk.broker', 'listed', { 'msk.broker.listed': 1 }, 'ok', undefined],
    [
      'elasticsearch.node.stats',
      'full',
      { 'elasticsearch.node.stats.fs.used.pct': 0.93 },
      'degraded',
      'its disk is 93 % full',
    ],
    [
      'elasticsearch.node.stats',
      'above a watermark',
      { 'elasticsearch.node.stats.fs.used.pct': 0.5, 'elasticsearch.node.stats.fs.watermark': 2 },
      'degraded',
      'its disk is above the high watermark',
    ],
    [
      'elasticsearch.node.stats',
      'below a watermark of its own',
      { 'elasticsearch.node.stats.fs.used.pct': 0.95, 'elasticsearch.node.stats.fs.watermark': 1 },
      'ok',
      undefined,
    ],
    ['elasticsearch.node.stats', 'below', { 'elasticsearch.node.stats.fs.used.pct': 0.9 }, 'ok', undefined],
  ])(
    'of %s without a stated status (%s) gets its status by its numbers',
    (...[dataset, , measurements, status, reason]) => {
      const { item } = seen(server(0, { dataset, measurements }));
      expect([item.status, item.reason]).toEqual([status, reason]);
    },
  );

  it('of a replay was last seen at the time of its document, because records are appended as fast as they are read', () => {
    expect(seen(server(0, { scope: 'old' })).item.seenMs).toBe(startMs);
  });

  it('is not made of a sample that describes no component: a host, a mount, a bean of a broker', () => {
    const others = [
      server(0, { dataset: 'system.cpu' }),
      server(0, { dataset: 'moosefs.session' }),
      server(0, { dataset: 'kafka.broker', dimensions: { name: 'MessagesInPerSec' } }),
      server(0, { dataset: 'kafka.topic', dimensions: { name: 'BytesInPerSec' } }),
    ];
    expect(others.map((sample) => observationOf(sample, 0))).toEqual(others.map(() => undefined));
  });
});

describe('the newest items', () => {
  it('have their status since the first sample of it', () => {
    const items = knownAfter([server(0), server(1, down)], [server(2, down), server(3, down)]);
    expect(onlyOf(items)).toMatchObject({ status: 'down', sinceMs: startMs + 10_000, timestampMs: startMs + 30_000 });
  });

  it('begin a status anew after a time in which they were unknown', () => {
    const at = (ms: number) => server(0, { timestampMs: startMs + ms });
    expect(onlyOf(knownAfter([at(0)], [at(180_000)])).sinceMs).toBe(startMs);
    expect(onlyOf(knownAfter([at(0)], [at(180_001)])).sinceMs).toBe(startMs + 180_001);
  });

  it('are two where server_id tells two servers of one address apart', () => {
    const ids = ['5', '9'].map((id) => server(0, { dimensions: { server_id: id } }));
    expect(knownAfter(ids).size).toBe(2);
  });

  it('of a replay and of what is live are two', () => {
    expect(knownAfter([server(0), server(0, { scope: 'old' })]).size).toBe(2);
  });

  const flaps = fc.array(
    fc.record({ nth: fc.nat(40), isDown: fc.boolean() }).map(({ nth, isDown }) => server(nth, isDown ? down : {})),
    { minLength: 1, maxLength: 30 },
  );

  it('are not changed by the same samples once more, or by older ones', () => {
    fc.assert(
      fc.property(flaps, (samples) => {
        const known = knownAfter(samples);
        expect(newestItems(known, samples.map(seen)).size).toBe(0);
      }),
    );
  });

  it('do not depend on the order within a batch', () => {
    fc.assert(
      fc.property(flaps, (samples) => {
        const unique = [...new Map(samples.map((sample) => [sample.timestampMs, sample])).values()];
        const ordered = unique.toSorted((a, b) => a.timestampMs - b.timestampMs);
        expect(knownAfter(unique)).toEqual(knownAfter(ordered));
      }),
    );
  });

  it('are the same however ordered samples are split into batches', () => {
    fc.assert(
      fc.property(flaps, fc.nat(30), (samples, at) => {
        const unique = [...new Map(samples.map((sample) => [sample.timestampMs, sample])).values()];
        const ordered = unique.sort((a, b) => a.timestampMs - b.timestampMs);
        expect(knownAfter(ordered.slice(0, at), ordered.slice(at))).toEqual(knownAfter(ordered));
      }),
    );
  });
});
